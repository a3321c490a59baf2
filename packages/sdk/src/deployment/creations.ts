import type { Policy } from "@synod/core";
import { type Address, encodeDeployData, type Hex, keccak256, stringToHex } from "viem";
import { agentVaultAbi } from "../generated/agent-vault-abi.ts";
import { decisionRegistryAbi } from "../generated/decision-registry-abi.ts";
import { type Creation, deterministicAddress } from "./deterministic-address.ts";

/** Salt under which both registries are deployed: keccak256 of "synod.deployment.v1". */
export const REGISTRY_SALT = keccak256(stringToHex("synod.deployment.v1"));

/** Compiled creation code of both registries and of what reads policies, without arguments, from the contracts' build. */
export type RegistryCodes = {
  readonly policyEngine: Hex;
  readonly committeeRegistry: Hex;
  readonly decisionRegistry: Hex;
};

/** A contract before it is deployed, and where it will stand. */
export type PlacedCreation = Creation & { readonly address: Address };

/** These contracts as they are deployed on every chain: the addresses follow from the code alone. Pure. */
export function registryCreations(codes: RegistryCodes): Readonly<Record<keyof RegistryCodes, PlacedCreation>> {
  const policyEngine = placed({ salt: REGISTRY_SALT, creationCode: codes.policyEngine });
  const committeeRegistry = placed({ salt: REGISTRY_SALT, creationCode: codes.committeeRegistry });
  const creationCode = encodeDeployData({
    abi: decisionRegistryAbi,
    bytecode: codes.decisionRegistry,
    args: [committeeRegistry.address, policyEngine.address],
  });
  return { policyEngine, committeeRegistry, decisionRegistry: placed({ salt: REGISTRY_SALT, creationCode }) };
}

/** What a vault's address follows from. */
export type VaultParts = {
  readonly decisionRegistry: Address;
  /** Id the agent will have: `computeAgentId`. It names the chain, so that the vault stands elsewhere on another. */
  readonly agentId: Hex;
  readonly policy: Policy;
  /** Deployment bytecode of AgentVault from the contracts' build; the SDK ships ABIs only. */
  readonly bytecode: Hex;
};

/** The vault of an agent, whose salt is the agent's id, and where it will stand. Pure. */
export function vaultCreation({ decisionRegistry, agentId, policy, bytecode }: VaultParts): PlacedCreation {
  const args = [decisionRegistry, agentId, policy] as const;
  return placed({ salt: agentId, creationCode: encodeDeployData({ abi: agentVaultAbi, bytecode, args }) });
}

function placed(creation: Creation): PlacedCreation {
  return { ...creation, address: deterministicAddress(creation) };
}
