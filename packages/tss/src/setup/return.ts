import { splitFixed } from "../math/bytes.ts";
import { bobFinishExtended } from "../primitives/extended-setup.ts";
import { aliceFinishSetup } from "../primitives/pair-setup.ts";
import { EXTENSION_MESSAGE_LENGTH, PPRF_MESSAGE_LENGTH } from "../primitives/parameters.ts";
import { pairSessionId } from "../transcript/pair-session-id.ts";
import {
  type AwaitReturns,
  type AwaitTrees,
  type Continued,
  continueAll,
  messagesOf,
  type PartnerOf,
  pairSecrets,
  type SetupInbox,
  type SetupStep,
} from "./state.ts";
import { extendTranscript } from "./transcript.ts";

type Before = PartnerOf<AwaitTrees>;
type After = Continued<PartnerOf<AwaitReturns>>;

/**
 * Message 3 of the pair setup with every partner: Alice of the first direction checks trees and extension and sends the
 * trees of the second, Bob sends nothing (docs/protocol/pair-setup.md steps 4, 6, 8 and 9). On failure every Delta
 * concerned is gone, and the next attempt has new ones.
 * @param inbox message 2 of every partner
 */
export function returnSetups(state: AwaitTrees, inbox: SetupInbox): SetupStep<AwaitReturns> {
  const { sid, self } = state;
  const step = continueAll(state, inbox, (partner, message, other): After => {
    const transcript = extendTranscript(self, other, partner, message);
    if (partner.role === "alice") return returnTrees(partner, message, pairSessionId(sid, other, self), transcript);
    if (message.length !== 0) return undefined;
    const { role, bobPair, extended } = partner;
    return { result: { role, bobPair, extended, sent: message, transcript }, secrets: [bobPair.leaves, extended] };
  });
  if (step.kind === "failed") return step;
  const { results: partners, secrets } = step;
  return { kind: "ok", state: { sid, self, partners, secrets }, direct: messagesOf(partners) };
}

function returnTrees(
  { role, alice, baseOt }: Extract<Before, { readonly role: "alice" }>,
  message: Uint8Array,
  reverseSid: Uint8Array,
  transcript: Uint8Array,
): After {
  const fields = splitFixed(message, [PPRF_MESSAGE_LENGTH, EXTENSION_MESSAGE_LENGTH]);
  const first = fields && aliceFinishSetup(alice, baseOt, fields[0]);
  if (fields === undefined || first?.kind !== "ok") return undefined;
  const second = bobFinishExtended(first.pair, reverseSid, fields[1]);
  if (second.kind !== "ok") return undefined;
  const pair = { alice: first.pair, bob: second.pair };
  return { result: { role, pair, sent: second.message, transcript }, secrets: pairSecrets(pair) };
}
