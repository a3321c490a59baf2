import { type DecisionState, isTerminal } from "@synod/core";
import type { DecisionRecord } from "@synod/sdk";
import { askCommitters } from "../../committers/ask-committers.ts";
import { type CommitterProcess, restartCommitter } from "../../devnet/committer-process.ts";
import { pollUntil } from "../../devnet/poll-until.ts";
import type { ProgressStep } from "../../output/progress.ts";
import { type DemoRow, expectEqual } from "../demo-row.ts";
import { type DemoStage, type Submitted, submitDraft, waitFor } from "../demo-stage.ts";
import { executedRow } from "./executed.ts";

const CATCH_UP_WAIT_MS = 30_000;

type Crash = {
  readonly submitted: Submitted;
  readonly decision: DecisionRecord;
  readonly victim: number;
  /** Members whose attestations made the result, the victim among them. */
  readonly attesters: readonly number[];
  /** Where the decision stood right after the kill. */
  readonly atKill: DecisionState;
  readonly executedAfterMs: number;
  /** Whether the restarted committer learnt how the decision ended. */
  readonly hasCaughtUp: boolean;
};

/**
 * Submits a decision of the agent with a veto window and, once it is approved, kills with SIGKILL a committer whose
 * attestation made the result; the others sign and execute without it. The killed one is started again and must learn
 * how the decision ended.
 */
export async function crashScenario(stage: DemoStage, step: ProgressStep, name: string): Promise<DemoRow> {
  return crashRow(stage, name, await crashOnce(stage, step, name));
}

async function crashOnce(stage: DemoStage, step: ProgressStep, name: string): Promise<Crash> {
  const { client, patientAgent } = stage;
  const submitted = await submitDraft(stage, name, patientAgent);
  const { decisionId } = submitted;
  const { result } = await waitFor(stage, decisionId, "resolved", step);
  const attesters = result?.attesters ?? [];
  const victim = committerAt(stage, attesters.at(-1) ?? 0);
  await victim.child.kill("SIGKILL");
  const { state: atKill } = await client.getDecision({ decisionId });
  step.update(`committer ${victim.setup.memberIndex} killed while the decision is ${atKill}`);
  const decision = await waitFor(stage, decisionId, "final", step);
  const executedAfterMs = stage.nowMs() - submitted.submittedMs;
  const hasCaughtUp = await restart(stage, victim, decision);
  const { memberIndex } = victim.setup;
  return { submitted, decision, victim: memberIndex, attesters, atKill, executedAfterMs, hasCaughtUp };
}

async function crashRow(stage: DemoStage, name: string, crash: Crash): Promise<DemoRow> {
  const row = await executedRow(stage, name, crash.decision, crash.submitted);
  const checks = [
    expectEqual(`the killed committer ${crash.victim} had attested`, crash.attesters.includes(crash.victim), true),
    expectEqual("it is among those that signed", row.signers.includes(crash.victim), false),
    { what: "state in which it was killed is open", holds: !isTerminal(crash.atKill), detail: crash.atKill },
    expectEqual("started again, it learns the outcome", crash.hasCaughtUp, true),
  ];
  return { ...row, executedAfterMs: crash.executedAfterMs, checks: [...row.checks, ...checks] };
}

function committerAt({ devnet }: DemoStage, memberIndex: number): CommitterProcess {
  const committer = devnet.committers[memberIndex];
  if (committer !== undefined) return committer;
  throw new RangeError(`there is no committer ${memberIndex}`);
}

/** Starts a killed committer again and tells whether it learns that the decision is over. */
async function restart(stage: DemoStage, victim: CommitterProcess, decision: DecisionRecord): Promise<boolean> {
  const { setup } = victim;
  await restartCommitter(stage.devnet.committers, victim, stage.signal);
  const probe = async (): Promise<true | undefined> => {
    const [report] = await askCommitters([setup], decision.id);
    return report?.state.toLowerCase() === decision.state.toLowerCase() ? true : undefined;
  };
  const options = { intervalMs: 200, timeoutMs: CATCH_UP_WAIT_MS, signal: stage.signal };
  return (await pollUntil(probe, options)) ?? false;
}
