import { type DecisionState, isTerminal } from "@synod/core";
import type { DecisionRecord } from "@synod/sdk";
import type { Hex } from "viem";
import { askCommitters } from "../../committers/ask-committers.ts";
import { type CommitterProcess, startCommitter, waitUntilAlive } from "../../devnet/committer-process.ts";
import { pollUntil } from "../../devnet/poll-until.ts";
import type { ProgressStep } from "../../output/progress.ts";
import { type DemoRow, expectEqual } from "../demo-row.ts";
import { type DemoStage, type Submitted, submitDraft, waitFor } from "../demo-stage.ts";
import { executedRow } from "./executed.ts";

const MOST_TRIES = 3;
const ATTEST_WAIT_MS = 30_000;
const CATCH_UP_WAIT_MS = 30_000;

/**
 * Submits a decision and kills the last committer with SIGKILL as soon as it has attested; the others execute the
 * decision. The killed one is started again and must learn how the decision ended.
 *
 * The committers may be faster than the kill. Then it hit nothing, and the same is done once more with a new decision.
 */
export async function crashScenario(stage: DemoStage, step: ProgressStep, name: string): Promise<DemoRow> {
  for (let triesLeft = MOST_TRIES - 1; ; triesLeft--) {
    const crash = await crashOnce(stage, step, name);
    if (!isTerminal(crash.atKill) || triesLeft === 0) return crashRow(stage, name, crash);
    step.update("the decision was faster than the kill; once more");
  }
}

type Crash = {
  readonly submitted: Submitted;
  readonly decision: DecisionRecord;
  readonly hasAttested: boolean;
  /** Where the decision stood right after the kill. */
  readonly atKill: DecisionState;
  readonly executedAfterMs: number;
  /** Whether the restarted committer learnt how the decision ended. */
  readonly hasCaughtUp: boolean;
};

async function crashOnce(stage: DemoStage, step: ProgressStep, name: string): Promise<Crash> {
  const { client, devnet } = stage;
  const victim = committerAt(stage, devnet.committers.length - 1);
  const submitted = await submitDraft(stage, name, devnet.agent);
  const { decisionId } = submitted;
  const hasAttested = await waitUntilAttested(stage, victim, decisionId);
  await victim.child.kill("SIGKILL");
  const { state: atKill } = await client.getDecision({ decisionId });
  step.update(`committer ${victim.setup.memberIndex} killed while the decision is ${atKill}`);
  const decision = await waitFor(stage, decisionId, "final", step);
  const executedAfterMs = stage.nowMs() - submitted.submittedMs;
  const hasCaughtUp = await restart(stage, victim, decision);
  return { submitted, decision, hasAttested, atKill, executedAfterMs, hasCaughtUp };
}

async function crashRow(stage: DemoStage, name: string, crash: Crash): Promise<DemoRow> {
  const row = await executedRow(stage, name, crash.decision, crash.submitted);
  const checks = [
    expectEqual("the killed committer had attested", crash.hasAttested, true),
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

async function waitUntilAttested(stage: DemoStage, { setup }: CommitterProcess, decisionId: Hex): Promise<boolean> {
  const probe = async (): Promise<true | undefined> => {
    const [report] = await askCommitters([setup], decisionId);
    return report?.attesters.includes(setup.memberIndex) === true ? true : undefined;
  };
  const options = { intervalMs: 20, timeoutMs: ATTEST_WAIT_MS, signal: stage.signal };
  return (await pollUntil(probe, options)) ?? false;
}

/** Starts a killed committer again and tells whether it learns that the decision is over. */
async function restart(stage: DemoStage, victim: CommitterProcess, decision: DecisionRecord): Promise<boolean> {
  const { setup } = victim;
  const committer = startCommitter(setup);
  stage.devnet.committers[setup.memberIndex] = committer;
  await waitUntilAlive(committer, stage.signal);
  const probe = async (): Promise<true | undefined> => {
    const [report] = await askCommitters([setup], decision.id);
    return report?.state.toLowerCase() === decision.state.toLowerCase() ? true : undefined;
  };
  const options = { intervalMs: 200, timeoutMs: CATCH_UP_WAIT_MS, signal: stage.signal };
  return (await pollUntil(probe, options)) ?? false;
}
