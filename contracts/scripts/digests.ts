import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import hre from "hardhat";
import {
  type Abi,
  createPublicClient,
  custom,
  decodeFunctionResult,
  encodeAbiParameters,
  encodeFunctionData,
  getAddress,
  type Hex,
  hashTypedData,
  toHex,
} from "viem";
import { hardhat } from "viem/chains";
import { PROJECT_FOLDER } from "./hardhat.ts";

const ORACLE = "test/mocks/DigestOracle.sol";
const PLACE = getAddress("0x00000000000000000000000000000000000d19e5");
const PER_CALL = 250;

type Field = { readonly name: string; readonly type: string };
type Kind = { readonly name: string; readonly domain: string; readonly fields: readonly Field[] };
/** Draws `length` bytes; the same seed draws the same. */
type Draw = (length: number) => Buffer;
type Drawn = { readonly kind: number; readonly chainId: bigint; readonly verifyingContract: Hex; readonly fields: Hex };

/** The six messages as a wallet would be given them, in the order of DigestOracle.Kind; written apart from the Solidity. */
const KINDS: readonly Kind[] = [
  kind("EpochProposal", "Synod CommitteeRegistry", [
    "bytes32 committeeId,uint64 epoch,bytes32 membersHash,uint16 minSigners,uint16 quorum,uint64 approvingEpoch",
  ]),
  kind("EpochAbandonment", "Synod CommitteeRegistry", ["bytes32 committeeId,uint64 epoch"]),
  kind("EpochConfirmation", "Synod CommitteeRegistry", [
    "bytes32 committeeId,uint64 epoch,bytes32 membersHash,uint16 minSigners,uint16 quorum",
    "bytes32 groupKeyX,bytes32 groupKeyY,bytes32 recordHash",
  ]),
  kind("ProofOfPossession", "Synod CommitteeRegistry", [
    "bytes32 committeeId,uint64 epoch,bytes32 membersHash,bytes32 groupKeyX,bytes32 groupKeyY",
  ]),
  kind("Attestation", "Synod DecisionRegistry", [
    "bytes32 decisionId,bytes32 committeeId,uint64 epoch,bool reply,bytes32 resultHash",
  ]),
  kind("Authorization", "Synod AgentVault", [
    "bytes32 decisionId,bytes32 agentId,bytes32 committeeId,uint64 epoch",
    "bytes32 payloadHash,bytes32 policyHash,uint64 deadline,address registry",
  ]),
];

function kind(name: string, domain: string, parts: readonly string[]): Kind {
  const fields = parts.flatMap((part) => part.split(",")).map((text) => text.split(" "));
  return { name, domain, fields: fields.map(([type = "", field = ""]) => ({ name: field, type })) };
}

/** How many digests were compared, and the first that differs. */
export type DigestResult = { readonly compared: number; readonly difference: string | undefined };

/**
 * Compares the EIP-712 digests of `count` random messages of all six types, in random domains: the library's struct
 * hashes under OpenZeppelin's domain separator and digest, against viem's.
 *
 * Side effects: prints the seed (SYNOD_SEED repeats a run), compiles a test contract, runs a devnet in this process.
 */
export async function compareDigests(count: number): Promise<DigestResult> {
  const seed = process.env.SYNOD_SEED ?? randomBytes(8).toString("hex");
  process.stdout.write(`digests: seed ${seed}\n`);
  const draw = drawing(seed);
  const { abi, code } = compileOracle();
  const connection = await hre.network.create();
  try {
    const client = createPublicClient({ chain: hardhat, transport: custom(connection.provider) });
    await connection.provider.request({ method: "hardhat_setCode", params: [PLACE, code] });
    for (let compared = 0; compared < count; compared += PER_CALL) {
      const drawn = Array.from({ length: Math.min(PER_CALL, count - compared) }, () => drawMessage(draw));
      const data = encodeFunctionData({ abi, functionName: "digests", args: [drawn.map((one) => one.message)] });
      const { data: answer = "0x" } = await client.call({ to: PLACE, data, gas: 16_000_000n });
      const digests = decodeFunctionResult({ abi, functionName: "digests", data: answer });
      const at = drawn.findIndex((one, index) => !Array.isArray(digests) || digests[index] !== one.digest);
      if (at !== -1) return { compared: compared + at, difference: JSON.stringify(drawn[at], bigintAsText) };
    }
    return { compared: count, difference: undefined };
  } finally {
    await connection.close();
  }
}

function drawMessage(draw: Draw): { readonly message: Drawn; readonly digest: Hex } {
  const index = (draw(1)[0] ?? 0) % KINDS.length;
  const { name, domain, fields } = KINDS[index] ?? { name: "", domain: "", fields: [] };
  const values = fields.map(({ type }) => drawValue(type, draw));
  const chainId = BigInt(toHex(draw(6)));
  const verifyingContract = getAddress(toHex(draw(20)));
  const digest = hashTypedData({
    domain: { name: domain, version: "1", chainId, verifyingContract },
    types: { [name]: [...fields] },
    primaryType: name,
    message: Object.fromEntries(fields.map((field, at) => [field.name, values[at]])),
  });
  return { message: { kind: index, chainId, verifyingContract, fields: encodeAbiParameters(fields, values) }, digest };
}

/** One value in eight is the smallest or the largest of its type. */
function drawValue(type: string, draw: Draw): unknown {
  const [choice = 0] = draw(1);
  const length = byteLength(type);
  const bytes = choice < 16 ? Buffer.alloc(length) : choice < 32 ? Buffer.alloc(length, 0xff) : draw(length);
  if (type === "bool") return ((bytes[0] ?? 0) & 1) === 1;
  if (type === "address") return getAddress(toHex(bytes));
  return type.startsWith("uint") ? numberOf(type, BigInt(toHex(bytes))) : toHex(bytes);
}

/** viem takes small integers as numbers. */
function numberOf(type: string, value: bigint): bigint | number {
  return type === "uint16" ? Number(value) : value;
}

function byteLength(type: string): number {
  if (type === "bool") return 1;
  if (type === "address") return 20;
  return type === "bytes32" ? 32 : Number(type.slice("uint".length)) / 8;
}

function drawing(seed: string): Draw {
  let counter = 0;
  return (length) => {
    counter += 1;
    return createHash("sha256").update(`${seed}/${counter}`).digest().subarray(0, length);
  };
}

function bigintAsText(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString() : value;
}

function compileOracle(): { readonly abi: Abi; readonly code: Hex } {
  const resolve = createRequire(import.meta.url);
  const compiler: { compile(input: string, callbacks: object): string } = resolve("solc");
  const input = {
    language: "Solidity",
    sources: { [ORACLE]: { content: readFileSync(join(PROJECT_FOLDER, ORACLE), "utf8") } },
    settings: {
      evmVersion: "cancun",
      optimizer: { enabled: true },
      outputSelection: { [ORACLE]: { DigestOracle: ["abi", "evm.deployedBytecode.object"] } },
    },
  };
  const find = (file: string) => {
    const path = file.startsWith("@") ? resolve.resolve(file) : join(PROJECT_FOLDER, file);
    return { contents: readFileSync(path, "utf8") };
  };
  const output = JSON.parse(compiler.compile(JSON.stringify(input), { import: find }));
  const { abi, evm } = output.contracts[ORACLE].DigestOracle;
  return { abi, code: `0x${evm.deployedBytecode.object}` };
}
