import type { SecretPart } from "../engine/secret-part.ts";
import type { PairState } from "../keyshare/key-share.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { aliceFinishExtended } from "../primitives/extended-setup.ts";
import {
  type AwaitReturns,
  continueAll,
  type PartnerOf,
  pairSecrets,
  type SetupInbox,
  type SetupsFailed,
} from "./state.ts";
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
 * The pair state with every partner: Bob of the first direction checks the trees of the second
 * (docs/protocol/pair-setup.md step 10).
 * @param inbox message 3 of every partner
 */
export function finishSetups(state: AwaitReturns, inbox: SetupInbox): SetupsFinished | SetupsFailed {
  const { self } = state;
  const step = continueAll(state, inbox, (partner, message, other) => {
    const transcript = extendTranscript(self, other, partner, message);
    const pair = completePair(partner, message);
    return pair && { result: { pair, transcript }, secrets: pairSecrets(pair) };
  });
  if (step.kind === "failed") return step;
  const { results, secrets } = step;
  const pairs = new Map([...results].map(([other, { pair }]) => [other, pair]));
  const transcripts = new Map([...results].map(([other, { transcript }]) => [other, transcript]));
  return { kind: "ok", pairs, transcripts, secrets };
}

function completePair(partner: PartnerOf<AwaitReturns>, message: Uint8Array): PairState | undefined {
  if (partner.role === "alice") return message.length === 0 ? partner.pair : undefined;
  const finished = aliceFinishExtended(partner.extended, message);
  return finished.kind === "ok" ? { alice: finished.pair, bob: partner.bobPair } : undefined;
}
