import { type AbortReason, blamePublicly } from "../engine/abort.ts";
import { type FinalRound, type FinalStep, type Inbox, sendersWhere } from "../engine/stage.ts";
import { type Confirmation, confirmationFailure, decodeConfirmation } from "../keygen/confirmation.ts";
import { KeyShare } from "../keyshare/key-share.ts";
import { type PublicRecord, recordHash } from "../keyshare/record.ts";
import { equalBytes } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { PendingKeyShare } from "./pending-share.ts";
import type { AwaitConfirmations } from "./state.ts";

/** Result of a reshare. Nothing has been switched yet: the old shares go on signing. */
export type ReshareOutput = {
  /** The new epoch's record: the same key, other shares. */
  readonly record: PublicRecord;
  /** What every new member confirms on chain, 32 bytes. */
  readonly recordHash: Uint8Array;
  /** Identity signature of every new member over the record, 64 bytes each, ascending. */
  readonly recordSignatures: ReadonlyMap<PartyIndex, Uint8Array>;
  /** This party's new share; undefined at a dealer who is no new member. */
  readonly share: PendingKeyShare | undefined;
};

type Message = {
  readonly recordHash: Uint8Array;
  /** Undefined from a dealer who is no new member. */
  readonly confirmation: Confirmation | undefined;
};

/** R5 → output: all new members have proved their shares and signed the record (docs/protocol/reshare.md steps F.1–F.3). */
export const round5: FinalRound<AwaitConfirmations, Message, ReshareOutput> = {
  decode({ broadcast }, { terms }, from) {
    if (!terms.receivers.has(from)) return { recordHash: broadcast.slice(), confirmation: undefined };
    const confirmation = decodeConfirmation(broadcast);
    return confirmation && { recordHash: confirmation.recordHash, confirmation };
  },
  run(state, inbox) {
    const confirmations = new Map(
      [...inbox].flatMap(([from, { confirmation }]) => (confirmation ? [[from, confirmation] as const] : [])),
    );
    const failure = findFailure(state, inbox, confirmations);
    return failure ? { kind: "abort", abort: failure } : finish(state, confirmations);
  },
};

function findFailure(
  state: AwaitConfirmations,
  inbox: Inbox<Message>,
  confirmations: Inbox<Confirmation>,
): AbortReason | undefined {
  const parts = { rounds: [4, 5], openings: state.encodedOpenings };
  const hash = recordHash(state.record);
  const mismatched = sendersWhere(inbox, (message) => !equalBytes(message.recordHash, hash));
  if (mismatched.length > 0) return blamePublicly("recordMismatch", mismatched, parts);
  const failure = confirmationFailure(state, confirmations);
  return failure && blamePublicly(failure.code, failure.culprits, parts);
}

function finish(state: AwaitConfirmations, confirmations: Inbox<Confirmation>): FinalStep<ReshareOutput> {
  const { terms, record, received } = state;
  const recordSignatures = new Map<PartyIndex, Uint8Array>();
  for (const member of terms.receivers.keys()) {
    const signature = member === terms.self ? received?.ownSignature : confirmations.get(member)?.signature;
    if (signature !== undefined) recordSignatures.set(member, signature);
  }
  const share = received && new PendingKeyShare(new KeyShare(terms.self, record, received.share), recordSignatures);
  return {
    kind: "finish",
    output: { record, recordHash: recordHash(record), recordSignatures, share },
    keeps: state.secrets,
  };
}
