import { isTerminal } from "@synod/core";
import type { Hex } from "viem";
import { askStatus, type CommitterStatus } from "../committers/ask-status.ts";
import { logOf } from "../devnet/committer-process.ts";
import { CliError } from "../errors/cli-error.ts";
import { abortsSince, endOfLog, type SeenAbort } from "./aborts.ts";
import type { ChaosStage } from "./chaos-stage.ts";
import type { Sighting } from "./evidence.ts";

/** What has been seen so far of a fault that stands. */
export type Sight = {
  /** Blocks mined since the decisions were submitted. */
  readonly blocks: number;
  /** State of each decision on chain. */
  readonly states: readonly string[];
  /** Whether every decision has ended. */
  readonly areDecided: boolean;
  readonly sightings: readonly Sighting[];
};

/** Nothing seen yet of so many members. */
export function nothingSeen(members: number): readonly Sighting[] {
  return Array.from({ length: members }, (_, memberIndex) => ({
    memberIndex,
    wasSilent: false,
    missed: [],
    alarms: [],
    aborts: [],
  }));
}

/** Where a fault begins: what is older is not its doing. */
export type Beginning = {
  readonly block: bigint;
  /** Statuses by member index. */
  readonly statuses: readonly (CommitterStatus | undefined)[];
  /** Ends of the committers' logs, in bytes. */
  readonly logEnds: readonly number[];
};

/** Takes note of now. */
export async function beginningNow(stage: ChaosStage): Promise<Beginning> {
  const [block, statuses] = await Promise.all([stage.client.getBlockNumber({ cacheTime: 0 }), statusesOf(stage)]);
  return { block, statuses, logEnds: logEndsOf(stage) };
}

/** Where each committer's log ends now, in bytes. */
export function logEndsOf({ devnet }: ChaosStage): readonly number[] {
  return devnet.committers.map(({ setup }) => endOfLog(logOf(setup)));
}

/** Looks at the chain and at every committer once, and adds what is new to what was seen. */
export async function lookOnce(
  stage: ChaosStage,
  seen: readonly Sighting[],
  decisionIds: readonly Hex[],
  { block: sinceBlock, logEnds }: Beginning,
): Promise<Sight> {
  const { client } = stage;
  const [statuses, block, records] = await Promise.all([
    statusesOf(stage),
    client.getBlockNumber({ cacheTime: 0 }),
    Promise.all(decisionIds.map((decisionId) => client.getDecision({ decisionId }))),
  ]);
  return {
    blocks: Number(block - sinceBlock),
    states: records.map(({ state }) => state),
    areDecided: records.every(({ state }) => isTerminal(state)),
    sightings: seen.map((sighting, index) => ({
      ...withStatus(sighting, statuses[index]),
      aborts: abortsOf(stage, index, logEnds[index] ?? 0),
    })),
  };
}

function abortsOf({ devnet }: ChaosStage, memberIndex: number, logEnd: number): readonly SeenAbort[] {
  const committer = devnet.committers[memberIndex];
  return committer === undefined ? [] : abortsSince(logOf(committer.setup), logEnd);
}

/** Every committer's status by member index; undefined for one that does not answer. */
export function statusesOf({ devnet }: ChaosStage): Promise<readonly (CommitterStatus | undefined)[]> {
  return Promise.all(devnet.committers.map(({ setup }) => statusOrSilence(setup.httpUrl)));
}

async function statusOrSilence(url: string): Promise<CommitterStatus | undefined> {
  try {
    return await askStatus(url);
  } catch (error) {
    if (error instanceof CliError && error.report.code === "COMMITTER_FAILED") return undefined;
    throw error;
  }
}

/** Other members that a committer has no connection to, by its own account. */
export function missedBy({ epochs }: CommitterStatus): readonly number[] {
  return epochs.flatMap(({ members }) => members.filter(({ connected }) => !connected).map(indexOf));
}

function indexOf({ memberIndex }: { readonly memberIndex: number }): number {
  return memberIndex;
}

/** What was seen of a member, with one more status of it. */
export function withStatus(sighting: Sighting, status: CommitterStatus | undefined): Sighting {
  if (status === undefined) return { ...sighting, wasSilent: true };
  const known = new Set(sighting.alarms.map(({ alarm, reason }) => `${alarm} ${reason}`));
  return {
    ...sighting,
    missed: [...new Set([...sighting.missed, ...missedBy(status)])],
    alarms: [...sighting.alarms, ...status.alarms.filter(({ alarm, reason }) => !known.has(`${alarm} ${reason}`))],
  };
}

/** What was seen, without alarms that stood already before the fault. */
export function withoutOld(
  seen: readonly Sighting[],
  before: readonly (Pick<CommitterStatus, "alarms"> | undefined)[],
): readonly Sighting[] {
  return seen.map((sighting, index) => {
    const old = new Set(before[index]?.alarms.map(({ alarm, reason }) => `${alarm} ${reason}`));
    return { ...sighting, alarms: sighting.alarms.filter(({ alarm, reason }) => !old.has(`${alarm} ${reason}`)) };
  });
}
