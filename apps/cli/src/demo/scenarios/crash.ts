import { isTerminal } from "@synod/core";
import type { DecisionRecord } from "@synod/sdk";
import type { Hex } from "viem";
import { askCommitters } from "../../committers/ask-committers.ts";
import { type CommitterProcess, startCommitter, waitUntilAlive } from "../../devnet/committer-process.ts";
import { pollUntil } from "../../devnet/poll-until.ts";
import type { ProgressStep } from "../../output/progress.ts";
import { type DemoRow, expectEqual } from "../demo-row.ts";
import { type DemoStage, submitDraft, waitFor } from "../demo-stage.ts";
import { executedRow } from "./executed.ts";

const ATTEST_WAIT_MS = 30_000;
const CATCH_UP_WAIT_MS = 30_000;

/**
 * Submits a decision and kills the last committer with SIGKILL as soon as it has attested; the others execute the
 * decision. The killed one is started again and must learn how the decision ended.
 */
export async function crashScenario(stage: DemoStage, step: ProgressStep, name: string): Promise<DemoRow> {
  const { client, devnet } = stage;
  const memberIndex = devnet.committers.length - 1;
  const victim = committerAt(stage, memberIndex);
  const submitted = await submitDraft(stage, name, devnet.agent);
  const { decisionId } = submitted;
  const hasAttested = await waitUntilAttested(stage, victim, decisionId);
  await victim.child.kill("SIGKILL");
  const atKill = await client.getDecision({ decisionId });
  step.update(`committer ${memberIndex} killed while the decision is ${atKill.state}`);
  const decision = await waitFor(stage, decisionId, "final", step);
  const executedAfterMs = stage.nowMs() - submitted.submittedMs;
  const row = await executedRow(stage, name, decision, submitted);
  const caughtUp = await restart(stage, victim, decision);
  const checks = [
    expectEqual("the killed committer had attested", hasAttested, true),
    { what: "state in which it was killed is open", holds: !isTerminal(atKill.state), detail: atKill.state },
    expectEqual("started again, it learns the outcome", caughtUp, true),
  ];
  return { ...row, executedAfterMs, checks: [...row.checks, ...checks] };
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
