import { type Check, expectEqual } from "../../demo/demo-row.ts";
import type { CommitteeSize } from "../../devnet/committee-size.ts";
import { restartCommitter } from "../../devnet/committer-process.ts";
import { type ChaosStage, committerAt, pickMember } from "../chaos-stage.ts";
import {
  absentees,
  allIn,
  BLOCKED_BLOCKS,
  canDecide,
  committersNamed,
  type Evidence,
  statesDuring,
} from "../evidence.ts";
import type { Fault, Injection, Judgement } from "../fault.ts";
import { ending, seconds } from "../judge.ts";

/** One committer is killed with SIGKILL, and started again when the decisions have ended. */
export const crash: Fault = {
  name: "crash",
  summary: "one committer is killed and started again later",
  expected: "the others execute; it catches up",
  inject,
  judge,
};

async function inject(stage: ChaosStage): Promise<Injection> {
  const victim = pickMember(stage, "crash");
  const committer = committerAt(stage, victim);
  await committer.child.kill("SIGKILL");
  return {
    what: `committer ${victim} killed`,
    hit: [victim],
    culprit: committersNamed([victim]),
    isOver: ({ areDecided, blocks }) => areDecided || (!isAble(stage.devnet.plan.size) && blocks >= BLOCKED_BLOCKS),
    heal: () => restartCommitter(stage.devnet.committers, committer, stage.signal),
  };
}

/** Whether the others can decide alone. */
function isAble(size: CommitteeSize): boolean {
  return canDecide(size, size.members - 1);
}

function judge(evidence: Evidence): Judgement {
  const { hit, culprit, outcomes, size, recoveredMs } = evidence;
  const gone = absentees(evidence);
  const isHit = (member: number): boolean => hit.includes(member);
  const checks: readonly Check[] = [
    expectEqual("silent, and missed by all others", committersNamed(gone), culprit),
    expectEqual(
      "states while it was gone",
      statesDuring(evidence),
      allIn(evidence, isAble(size) ? "Executed" : "Pending"),
    ),
    expectEqual(
      "signed by the killed one",
      outcomes.some(({ signers }) => signers.some(isHit)),
      !isAble(size),
    ),
  ];
  const back = recoveredMs === undefined ? "not back in time" : `back after ${seconds(recoveredMs)}`;
  return { happened: `${ending(evidence)}, ${back}`, blame: committersNamed(gone), checks, alarms: [] };
}
