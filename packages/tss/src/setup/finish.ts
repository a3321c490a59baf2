import type { SecretPart } from "../engine/secret-part.ts";
import type { PairState } from "../keyshare/key-share.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { type AwaitReturns, continueAll, type SetupInbox, type SetupsFailed } from "./state.ts";
import { extendTranscript } from "./transcript.ts";

/** The end of the setups. */
export type SetupsFinished = {
  readonly kind: "ok";
  /** Secret; owned by the caller. */
  readonly pairs: ReadonlyMap<PartyIndex, PairState>;
  /** Hash of all messages of the pair, 32 bytes: the same for both parties of an honest run. */
  readonly transcripts: ReadonlyMap<PartyIndex, Uint8Array>;
  /** The bytes of the pairs, for the list of the state that owns them now. */
  readonly secrets: readonly SecretPart[];
};

/**
 * The pair state with every partner (docs/protocol/pair-setup.md).
 * @param inbox message 3 of every partner
 */
export function finishSetups(state: AwaitReturns, inbox: SetupInbox): SetupsFinished | SetupsFailed {
  const { self } = state;
  const step = continueAll(state, inbox, (partner, message, other) => {
    if (message.length !== 0) return undefined;
    const { alice, bob } = partner.pair;
    const transcript = extendTranscript(self, other, partner, message);
    return { result: { pair: partner.pair, transcript }, secrets: [alice.delta, alice.leaves, bob.leaves] };
  });
  if (step.kind === "failed") return step;
  const { results, secrets } = step;
  const pairs = new Map([...results].map(([other, { pair }]) => [other, pair]));
  const transcripts = new Map([...results].map(([other, { transcript }]) => [other, transcript]));
  return { kind: "ok", pairs, transcripts, secrets };
}
