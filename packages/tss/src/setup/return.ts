import { aliceFinishSetup } from "../primitives/pair-setup.ts";
import {
  type AwaitReturns,
  type AwaitTrees,
  continueAll,
  messagesOf,
  type SetupInbox,
  type SetupStep,
} from "./state.ts";
import { extendTranscript } from "./transcript.ts";

/**
 * Message 3 of the pair setup with every partner: as Alice, the trees are checked (docs/protocol/pair-setup.md). On
 * failure Delta is gone and the next attempt has a new one.
 * @param inbox message 2 of every partner
 */
export function returnSetups(state: AwaitTrees, inbox: SetupInbox): SetupStep<AwaitReturns> {
  const { self } = state;
  const step = continueAll(state, inbox, (partner, message, other) => {
    const finished = aliceFinishSetup(partner.alice, partner.remoteBob, message);
    if (finished.kind !== "ok") return undefined;
    const pair = { alice: finished.pair, bob: partner.bobPair };
    const transcript = extendTranscript(self, other, partner, message);
    const secrets = [pair.alice.delta, pair.alice.leaves, pair.bob.leaves];
    return { result: { pair, sent: new Uint8Array(0), transcript }, secrets };
  });
  if (step.kind === "failed") return step;
  const { results: partners, secrets } = step;
  return { kind: "ok", state: { self, partners, secrets }, direct: messagesOf(partners) };
}
