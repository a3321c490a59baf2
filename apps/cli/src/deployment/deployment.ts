import type { Address, Hex } from "viem";
import { isAddress, isHex } from "viem";
import { z } from "zod";

const address = z.custom<Address>((value) => typeof value === "string" && isAddress(value, { strict: false }), {
  message: "expected an address (0x and 40 hex digits)",
});
const bytes32 = z.custom<Hex>((value) => isHex(value) && value.length === 66, {
  message: "expected 32 bytes (0x and 64 hex digits)",
});
const count = z.int().nonnegative();

const memberSchema = z.strictObject({
  memberIndex: count,
  address,
  endpoint: z.string(),
  httpUrl: z.url(),
  dataDir: z.string(),
  settingsFile: z.string(),
  passphraseFile: z.string(),
  /** Process id when the devnet started it. */
  pid: count.optional(),
});

const committeeSchema = z.strictObject({
  id: bytes32,
  epoch: count.min(1),
  minSigners: count,
  quorum: count,
  groupAddress: address,
  members: z.array(memberSchema).readonly(),
});

const agentSchema = z.strictObject({ id: bytes32, vault: address, name: z.string() });
const tokenSchema = z.strictObject({ symbol: z.string(), address, decimals: count });
const accountSchema = z.strictObject({ address, privateKey: bytes32.optional() });

/** Shape of a deployment file: where the contracts, the committee, the agents and the tokens of one chain are. */
export const deploymentSchema = z.strictObject({
  version: z.literal(1),
  chainId: count.min(1),
  rpcUrl: z.url(),
  webSocketUrl: z.url(),
  committeeRegistry: address,
  decisionRegistry: address,
  committees: z.array(committeeSchema).readonly(),
  agents: z.array(agentSchema).readonly(),
  tokens: z.array(tokenSchema).readonly(),
  /** Named accounts of a devnet; private keys stand here only for keys that everybody knows. */
  accounts: z.record(z.string(), accountSchema),
});

/** A parsed deployment file. */
export type Deployment = Readonly<z.infer<typeof deploymentSchema>>;
/** One member of a deployed committee, with where its committer runs. */
export type DeployedMember = Readonly<z.infer<typeof memberSchema>>;
/** One agent of a deployment. */
export type DeployedAgent = Readonly<z.infer<typeof agentSchema>>;
