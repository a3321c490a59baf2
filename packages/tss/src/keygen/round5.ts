import { blamePublicly } from "../engine/abort.ts";
import type { FinalRound, FinalStep, Inbox } from "../engine/stage.ts";
import { KeyShare } from "../keyshare/key-share.ts";
import { type PublicRecord, recordHash } from "../keyshare/record.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { type Confirmation, confirmationFailure, decodeConfirmation } from "./confirmation.ts";
import type { AwaitConfirmations } from "./state.ts";

/** Result of a key generation. The share is pending until the record's hash is confirmed on chain. */
export type KeygenOutput = {
  readonly share: KeyShare;
  readonly record: PublicRecord;
  /** What every committer confirms on chain, 32 bytes. */
  readonly recordHash: Uint8Array;
  /** Identity signature of every member over the record, 64 bytes each, ascending. */
  readonly recordSignatures: ReadonlyMap<PartyIndex, Uint8Array>;
};

/** R5 → output: everybody has proved its share and signed the record (docs/protocol/dkg.md steps F.1–F.3). */
export const round5: FinalRound<AwaitConfirmations, Confirmation, KeygenOutput> = {
  decode: ({ broadcast }) => decodeConfirmation(broadcast),
  run(state, inbox) {
    const failure = confirmationFailure(state, inbox);
    if (failure === undefined) return finish(state, inbox);
    const parts = { rounds: [4, 5], openings: state.encodedOpenings };
    return { kind: "abort", abort: blamePublicly(failure.code, failure.culprits, parts) };
  },
};

function finish(state: AwaitConfirmations, inbox: Inbox<Confirmation>): FinalStep<KeygenOutput> {
  const { terms, record } = state;
  const recordSignatures = new Map(
    [...terms.parties.keys()].map((party) => [party, inbox.get(party)?.signature ?? state.ownSignature]),
  );
  const share = new KeyShare(terms.self, record, state.share);
  return {
    kind: "finish",
    output: { share, record, recordHash: recordHash(record), recordSignatures },
    keeps: state.secrets,
  };
}
