import type { Hex } from "viem";
import { clientOf } from "../../devnet/start-devnet.ts";
import { type DemoRow, expectEqual } from "../demo-row.ts";
import type { DemoStage } from "../demo-stage.ts";
import { executionFacts } from "../execution-facts.ts";
import { refusalOf } from "../refusal.ts";

/** Which decision was executed, and which is approved but was not. */
export type ReplayPlan = { readonly executed: Hex; readonly ready: Hex };

/**
 * Sends the authorization of an executed decision a second time, from a stranger's account: once for the same decision,
 * once for another that is Ready. Both must be refused by name.
 */
export async function replayScenario(stage: DemoStage, plan: ReplayPlan): Promise<DemoRow> {
  const { devnet } = stage;
  const stranger = clientOf(devnet, devnet.accounts.stranger);
  const decision = await stranger.getDecision({ decisionId: plan.executed });
  const { vault } = devnet.agent;
  const signature = (await executionFacts(stage, decision, vault))?.signature ?? "0x";
  const replay = async (decisionId: Hex): Promise<string> => {
    const [submission] = await stranger.listDecisions({ decisionId });
    if (submission === undefined) return "not submitted";
    return refusalOf(stranger.executeDecision({ vault, decisionId, action: submission.action, signature }));
  };
  const again = await replay(plan.executed);
  const elsewhere = await replay(plan.ready);
  const { state } = await stranger.getDecision({ decisionId: plan.executed });
  return {
    name: "replay of the first",
    decisionId: plan.executed,
    state,
    attesters: [],
    signers: [],
    checks: [
      expectEqual("the same again is refused with", again, "VaultDecisionNotReady"),
      expectEqual("for another decision it is refused with", elsewhere, "VaultSignerMismatch"),
    ],
  };
}
