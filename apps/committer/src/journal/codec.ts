import { type JournalCodec, type JournalEvent, toCommitteeId, toDecisionId, toEpoch, toMemberIndex } from "@synod/core";
import { createJsonCodec } from "@synod/storage";
import { type Address, getAddress, type Hex, isAddress } from "viem";
import { z } from "zod";
import type { CommitterEvent, DaemonEvent } from "./events.ts";

const bytes32 = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .transform((text): Hex => `0x${text.slice(2)}`);
const bytes = z
  .string()
  .regex(/^0x(?:[0-9a-f]{2})+$/)
  .transform((text): Hex => `0x${text.slice(2)}`);
const account = z
  .string()
  .refine((text) => isAddress(text))
  .transform((text): Address => getAddress(text));
const epochTerms = {
  committeeId: bytes32.transform(toCommitteeId),
  epoch: z.bigint().transform(toEpoch),
};
const block = z.strictObject({ number: z.bigint().min(0n), hash: bytes32 });
const attempt = z.int().min(0);
const member = z.strictObject({ x: bytes32, y: bytes32, endpoint: z.string() });
const description = z.strictObject({ groupKeyX: bytes32, groupKeyY: bytes32, recordHash: bytes32 });

const daemonEvent = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("EpochObserved"),
    ...epochTerms,
    members: z.array(member).min(2).max(64),
    minSigners: z.int().min(2),
    quorum: z.int().min(1),
    membersHash: bytes32,
    self: z.int().transform(toMemberIndex),
    block,
  }),
  z.strictObject({ kind: z.literal("KeygenAttemptStarted"), ...epochTerms, attempt }),
  z.strictObject({
    kind: z.literal("ShareStored"),
    ...epochTerms,
    attempt,
    description,
    handover: z.strictObject({ record: bytes, signatures: z.array(bytes).max(64) }).exactOptional(),
  }),
  z.strictObject({ kind: z.literal("HandoverProved"), ...epochTerms, signature: bytes }),
  z.strictObject({ kind: z.literal("ShareDestroyed"), ...epochTerms }),
  z.strictObject({ kind: z.literal("EpochConfirmationSigned"), ...epochTerms, recordHash: bytes32 }),
  z.strictObject({ kind: z.literal("ProofAttemptStarted"), ...epochTerms, attempt }),
  z.strictObject({ kind: z.literal("PresigningStarted"), ...epochTerms, subject: bytes32, attempt }),
  z.strictObject({
    kind: z.literal("ResultAttested"),
    decisionId: bytes32.transform(toDecisionId),
    attesters: z.array(z.int().transform(toMemberIndex)).max(64),
  }),
  z.strictObject({ kind: z.literal("BlocksProcessed"), block }),
  z.strictObject({
    kind: z.literal("AuditHeadKept"),
    chainId: z.bigint().min(1n),
    committeeRegistry: account,
    ...epochTerms,
    committer: account,
    length: z.int().min(1).max(0xffff_ffff),
    hash: bytes32,
    signer: account,
    signature: bytes,
  }),
]);

const kinds: ReadonlySet<unknown> = new Set(daemonEvent.options.map((option) => option.shape.kind.value));

/** Whether an event is the daemon's own; all others belong to core. */
export function isDaemonEvent(event: CommitterEvent): event is DaemonEvent {
  return kinds.has(event.kind);
}

function kindOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "kind" in value ? value.kind : undefined;
}

/**
 * Codec of the whole journal: the daemon's own events are checked here, all others by core.
 * Errors: zod's or core's, when a stored event is not of a known shape; the journal names the row.
 * @param core turns a decoded value into one of core's events
 */
export function createCommitterCodec(core: (value: unknown) => JournalEvent): JournalCodec<CommitterEvent> {
  return createJsonCodec<CommitterEvent>({
    parse: (value) => (kinds.has(kindOf(value)) ? daemonEvent.parse(value) : core(value)),
  });
}
