import { TssError } from "../errors.ts";
import { exposeChainCode, type KeyShare } from "../keyshare/key-share.ts";
import { addressOfKey } from "../keyshare/record.ts";
import { assertLength } from "../math/bytes.ts";
import type { Scalar } from "../math/scalar.ts";
import { derivePath, type ExtendedKey } from "./child-key.ts";

/** Bytes of an agent id. */
const AGENT_ID_LENGTH = 32;

/** First index of every agent's path: keys for anything else start with another one. */
const AGENT_BRANCH = 0;

/** Limbs of an agent id: 9 of 31 bits hold 256. */
const LIMBS = 9;

const LIMB_BITS = 31n;
const LIMB_MASK = (1n << LIMB_BITS) - 1n;

/** The key of one agent under a group key. Public, but see {@link ExtendedKey} on who can link it. */
export type AgentKey = {
  /** ε, 0..q-1: what every signer passes to `startSigning` for this agent. */
  readonly tweak: Scalar;
  /** pk + ε G, 33 bytes compressed. */
  readonly publicKey: Uint8Array;
  /** Ethereum address of `publicKey`, 20 bytes. */
  readonly address: Uint8Array;
};

/**
 * The extended public key of the group: what child keys are derived from. Keep it among the members and whoever may
 * link the agents' addresses.
 * @returns copies that the caller owns
 * @throws TssError `secretWiped`
 */
export function exposeExtendedKey(share: KeyShare): ExtendedKey {
  return { publicKey: share.record.groupKey.slice(), chainCode: exposeChainCode(share) };
}

/**
 * The path of an agent: branch 0, then the id as a big-endian number in nine limbs of 31 bits, the most significant
 * first (docs/protocol/derivation.md step 4). Different ids have different paths of equal length, so no agent's key is
 * an ancestor of another's.
 * @param agentId 32 bytes
 * @throws TssError `invalidLength`
 */
export function agentPath(agentId: Uint8Array): readonly number[] {
  assertLength(agentId, AGENT_ID_LENGTH, "the agent id");
  const id = agentId.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
  const limbs = Array.from({ length: LIMBS }, (_, i) =>
    Number((id >> (LIMB_BITS * BigInt(LIMBS - 1 - i))) & LIMB_MASK),
  );
  return [AGENT_BRANCH, ...limbs];
}

/**
 * Tweak, key and address of an agent (docs/protocol/derivation.md steps 3 to 5). Every member gets the same, without a
 * message.
 * @param extendedKey of the group: {@link exposeExtendedKey}, or group key and chain code from elsewhere
 * @param agentId 32 bytes
 * @throws TssError `invalidLength`, `invalidPublicKey`; `noChildKey` if BIP-32 defines no key on the path, which nobody
 * will see (probability about 2^-124): the agent then needs another id
 */
export function deriveAgentKey(extendedKey: ExtendedKey, agentId: Uint8Array): AgentKey {
  const child = derivePath(extendedKey, agentPath(agentId));
  if (child.kind === "noChild") {
    throw new TssError("noChildKey", `BIP-32 defines no key for this agent id (${child.reason}); use another id`);
  }
  return { tweak: child.tweak, publicKey: child.publicKey, address: addressOfKey(child.publicKey) };
}
