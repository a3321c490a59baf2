import { splitFixed } from "../math/bytes.ts";
import { bobFinishSetup } from "../primitives/pair-setup.ts";
import { BASE_OT_MESSAGE_LENGTH } from "../primitives/parameters.ts";
import {
  type AwaitBaseOts,
  type AwaitTrees,
  continueAll,
  messagesOf,
  type SetupInbox,
  type SetupStep,
} from "./state.ts";
import { extendTranscript } from "./transcript.ts";

/**
 * Message 2 of the pair setup with every partner: as Bob, the trees (docs/protocol/pair-setup.md).
 * @param inbox message 1 of every partner
 */
export function answerSetups(state: AwaitBaseOts, inbox: SetupInbox): SetupStep<AwaitTrees> {
  const { self } = state;
  const step = continueAll(state, inbox, (partner, message, other) => {
    const fields = splitFixed(message, [BASE_OT_MESSAGE_LENGTH, BASE_OT_MESSAGE_LENGTH]);
    const finished = fields && bobFinishSetup(partner.bob, fields[0]);
    if (fields === undefined || finished?.kind !== "ok") return undefined;
    const { alice } = partner;
    const { pair: bobPair, message: sent } = finished;
    const transcript = extendTranscript(self, other, partner, message);
    return { result: { alice, remoteBob: fields[1], bobPair, sent, transcript }, secrets: [alice, bobPair.leaves] };
  });
  if (step.kind === "failed") return step;
  const { results: partners, secrets } = step;
  return { kind: "ok", state: { self, partners, secrets }, direct: messagesOf(partners) };
}
