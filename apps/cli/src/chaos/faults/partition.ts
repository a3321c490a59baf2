import { type Check, expectEqual } from "../../demo/demo-row.ts";
import type { CommitteeSize } from "../../devnet/committee-size.ts";
import { type ChaosStage, pickMember } from "../chaos-stage.ts";
import { allIn, BLOCKED_BLOCKS, canDecide, type Evidence, groupsSeen, linksNamed, statesDuring } from "../evidence.ts";
import type { Fault, Injection, Judgement } from "../fault.ts";
import { ending, seconds } from "../judge.ts";
import type { Sight } from "../watch.ts";

/** Every link between two halves of the committee is cut. */
export const partition: Fault = {
  name: "partition",
  summary: "the links between two halves of the committee are cut",
  expected: "a half too small decides nothing; after it, executed",
  inject,
  judge,
};

async function inject(stage: ChaosStage): Promise<Injection> {
  const { network, devnet } = stage;
  const { size } = devnet.plan;
  const first = pickMember(stage, "partition");
  const half = Math.floor(size.members / 2);
  const turned = devnet.committers.map((_, index) => (first + index) % size.members);
  const sides = [turned.slice(0, half), turned.slice(half)];
  network.partition(sides);
  const isFelt = ({ sightings }: Sight): boolean => sightings.every(({ missed }) => missed.length > 0);
  const isShown = ({ blocks, areDecided }: Sight): boolean =>
    isAble(size) ? areDecided : areDecided || blocks >= BLOCKED_BLOCKS;
  return {
    what: `${linksNamed(sides)} cut`,
    hit: [],
    culprit: linksNamed(sides),
    isOver: (sight) => isFelt(sight) && isShown(sight),
    heal: async () => network.heal(),
  };
}

/** Whether the larger half can decide alone. */
function isAble(size: CommitteeSize): boolean {
  return canDecide(size, size.members - Math.floor(size.members / 2));
}

function judge(evidence: Evidence): Judgement {
  const { culprit, size, recoveredMs } = evidence;
  const blame = linksNamed(groupsSeen(evidence));
  const during = allIn(evidence, isAble(size) ? "Executed" : "Pending");
  const checks: readonly Check[] = [
    expectEqual("cut, by the members' own accounts", blame, culprit),
    expectEqual("states while it stood", statesDuring(evidence), during),
  ];
  const back = recoveredMs === undefined ? "not whole in time" : `whole after ${seconds(recoveredMs)}`;
  return { happened: `${statesDuring(evidence)}; then ${ending(evidence)}, ${back}`, blame, checks, alarms: [] };
}
