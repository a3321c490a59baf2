import type { DecisionRecord } from "@synod/sdk";
import type { ProgressStep } from "../../output/progress.ts";
import { type Check, type DemoRow, expectEqual } from "../demo-row.ts";
import {
  type DemoStage,
  type Holdings,
  holdingsOf,
  type Submitted,
  signersOfDecision,
  submitDraft,
  waitFor,
} from "../demo-stage.ts";
import { executionFacts } from "../execution-facts.ts";

/** A decision that must be executed, and by how much it must change what the payee holds. */
export type ExecutedPlan = { readonly name: string; readonly gain: Holdings };

/** Submits a decision and expects it to be approved, signed and executed, with the payee paid. */
export async function executedScenario(stage: DemoStage, step: ProgressStep, plan: ExecutedPlan): Promise<DemoRow> {
  const payee = stage.devnet.accounts.payee.address;
  const before = await holdingsOf(stage, payee);
  const submitted = await submitDraft(stage, plan.name, stage.devnet.agent);
  const decision = await waitFor(stage, submitted.decisionId, "final", step);
  const executedAfterMs = stage.nowMs() - submitted.submittedMs;
  const after = await holdingsOf(stage, payee);
  const row = await executedRow(stage, plan.name, decision, submitted);
  const paid = [
    expectEqual("native coin paid", after.native - before.native, plan.gain.native),
    expectEqual("tokens paid", after.token - before.token, plan.gain.token),
  ];
  return { ...row, executedAfterMs, checks: [...row.checks, ...paid] };
}

/** The row of a decision that should have been executed, checked against the chain's own data. */
export async function executedRow(
  stage: DemoStage,
  name: string,
  decision: DecisionRecord,
  { decisionId, action }: Submitted,
): Promise<DemoRow> {
  const { devnet } = stage;
  const facts = await executionFacts(stage, decision, action.vault);
  const signers = await signersOfDecision(stage, decisionId);
  const attesters = decision.result?.attesters ?? [];
  const { group, minSigners, quorum } = devnet.committee.epoch;
  return {
    name,
    decisionId,
    state: decision.state,
    attesters,
    signers,
    ...(facts === undefined ? {} : { blockNumber: facts.blockNumber, gasUsed: facts.gasUsed }),
    checks: [
      expectEqual("state", decision.state, "Executed"),
      expectEqual("signer recovered from the calldata is the group key", facts?.signer, group?.address),
      expectEqual("members that signed", signers.length, minSigners),
      atLeast("members that attested", attesters.length, quorum),
    ],
  };
}

/** A check that a count is large enough. */
export function atLeast(what: string, actual: number, least: number): Check {
  return { what, holds: actual >= least, detail: `${actual}, at least ${least} expected` };
}
