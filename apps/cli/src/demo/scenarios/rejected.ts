import type { ProgressStep } from "../../output/progress.ts";
import { type DemoRow, expectEqual } from "../demo-row.ts";
import { type DemoStage, submitDraft, waitFor } from "../demo-stage.ts";
import { atLeast } from "./executed.ts";

/** Submits a decision that the lobe rejects and expects the rejection to be recorded with who attested it. */
export async function rejectedScenario(stage: DemoStage, step: ProgressStep, name: string): Promise<DemoRow> {
  const { decisionId } = await submitDraft(stage, name, stage.devnet.agent);
  const { state, result } = await waitFor(stage, decisionId, "final", step);
  const attesters = result?.attesters ?? [];
  return {
    name,
    decisionId,
    state,
    attesters,
    signers: [],
    checks: [
      expectEqual("state", state, "Rejected"),
      expectEqual("recorded reply", result?.reply, false),
      atLeast("members that attested", attesters.length, stage.devnet.committee.epoch.quorum),
    ],
  };
}
