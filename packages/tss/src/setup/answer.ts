import { concat } from "../math/bytes.ts";
import type { Rng } from "../math/rng.ts";
import { aliceStartExtended } from "../primitives/extended-setup.ts";
import { bobFinishSetup } from "../primitives/pair-setup.ts";
import { OT_SENDER_MESSAGE_LENGTH } from "../primitives/parameters.ts";
import { pairSessionId } from "../transcript/pair-session-id.ts";
import {
  type AwaitBaseOts,
  type AwaitTrees,
  type Continued,
  continueAll,
  messagesOf,
  type PartnerOf,
  type SetupInbox,
  type SetupStep,
} from "./state.ts";
import { extendTranscript } from "./transcript.ts";

type Before = PartnerOf<AwaitBaseOts>;
type After = Continued<PartnerOf<AwaitTrees>>;

/**
 * Message 2 of the pair setup with every partner: from Bob of the first direction its trees and the extension that
 * starts the second, from Alice nothing (docs/protocol/pair-setup.md steps 3, 5 and 7).
 * @param inbox message 1 of every partner
 */
export function answerSetups(state: AwaitBaseOts, inbox: SetupInbox, rng: Rng): SetupStep<AwaitTrees> {
  const { sid, self } = state;
  const step = continueAll(state, inbox, (partner, message, other): After => {
    const transcript = extendTranscript(self, other, partner, message);
    if (partner.role === "alice") return keepPoint(partner, message, transcript);
    return answerAlice(partner, message, { reverseSid: pairSessionId(sid, self, other), transcript, rng });
  });
  if (step.kind === "failed") return step;
  const { results: partners, secrets } = step;
  return { kind: "ok", state: { sid, self, partners, secrets }, direct: messagesOf(partners) };
}

function keepPoint(
  { role, alice }: Extract<Before, { readonly role: "alice" }>,
  message: Uint8Array,
  transcript: Uint8Array,
): After {
  if (message.length !== OT_SENDER_MESSAGE_LENGTH) return undefined;
  return { result: { role, alice, baseOt: message.slice(), sent: new Uint8Array(0), transcript }, secrets: [alice] };
}

function answerAlice(
  { role, bob }: Extract<Before, { readonly role: "bob" }>,
  message: Uint8Array,
  session: { readonly reverseSid: Uint8Array; readonly transcript: Uint8Array; readonly rng: Rng },
): After {
  const finished = bobFinishSetup(bob, message);
  if (finished.kind !== "ok") return undefined;
  const { pair: bobPair, message: trees } = finished;
  const { state: extended, message: extension } = aliceStartExtended(bobPair, session.reverseSid, session.rng);
  const sent = concat(trees, extension);
  return {
    result: { role, bobPair, extended, sent, transcript: session.transcript },
    secrets: [bobPair.leaves, extended],
  };
}
