import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Abi,
  type Address,
  concat,
  encodeDeployData,
  getCreate2Address,
  type Hex,
  keccak256,
  stringToHex,
} from "viem";
import { PROJECT_FOLDER } from "../scripts/hardhat.ts";

/** The deterministic deployment proxy. Source: https://github.com/Arachnid/deterministic-deployment-proxy */
export const PROXY = "0x4e59b44847b379578588920cA78FbF26c0B4956C";

/** Salt under which they are all deployed. */
export const REGISTRY_SALT = keccak256(stringToHex("synod.deployment.v1"));

/** Contracts whose creation code decides where they stand. */
export type PlacedName = "PolicyEngine" | "CommitteeRegistry" | "DecisionRegistry";

/** A contract of this tree as the proxy creates it. */
export type Placed = {
  readonly address: Address;
  /** ABI-encoded arguments of its constructor. */
  readonly constructorArguments: Hex;
  /** Creation code with the arguments behind it. */
  readonly creationCode: Hex;
  /** Calldata of the proxy: salt, then creation code. */
  readonly deployment: Hex;
};

/** Both registries and what reads policies, from the compiled creation code. Side effects: reads the artifacts. */
export function placedRegistries(): Readonly<Record<PlacedName, Placed>> {
  const engine = placed("PolicyEngine", []);
  const committees = placed("CommitteeRegistry", []);
  const decisions = placed("DecisionRegistry", [committees.address, engine.address]);
  return { PolicyEngine: engine, CommitteeRegistry: committees, DecisionRegistry: decisions };
}

/** Creation code of a compiled contract, without arguments. Side effects: reads its artifact. */
export function creationCodeOf(name: string): Hex {
  return readArtifact(name).bytecode;
}

function placed(name: PlacedName, args: readonly unknown[]): Placed {
  const { abi, bytecode } = readArtifact(name);
  const creationCode = encodeDeployData({ abi, bytecode, args: [...args] });
  return {
    address: getCreate2Address({ from: PROXY, salt: REGISTRY_SALT, bytecode: creationCode }),
    constructorArguments: `0x${creationCode.slice(bytecode.length)}`,
    creationCode,
    deployment: concat([REGISTRY_SALT, creationCode]),
  };
}

function readArtifact(name: string): { readonly abi: Abi; readonly bytecode: Hex } {
  return JSON.parse(readFileSync(join(PROJECT_FOLDER, "artifacts", "src", `${name}.sol`, `${name}.json`), "utf8"));
}
