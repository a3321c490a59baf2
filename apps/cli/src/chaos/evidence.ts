import type { Hex } from "viem";
import type { CommitteeSize } from "../devnet/committee-size.ts";
import type { SeenAbort } from "./aborts.ts";

/** An alarm of a committer. */
export type Alarm = { readonly alarm: string; readonly reason: string };

/** What one committer has shown while a fault stood. */
export type Sighting = {
  readonly memberIndex: number;
  /** Whether it once did not answer over HTTP. */
  readonly wasSilent: boolean;
  /** Other members it once had no connection to. */
  readonly missed: readonly number[];
  /** Alarms it raised, each once. */
  readonly alarms: readonly Alarm[];
  /** Protocol sessions that it saw end without a result, by its log. */
  readonly aborts: readonly SeenAbort[];
};

/** What became of one decision. */
export type Outcome = {
  readonly decisionId: Hex;
  /** Where it stood on chain when the fault ended. */
  readonly stateDuring: string;
  readonly state: string;
  /** How often its vault carried it out, by the vault's own log. */
  readonly executions: number;
  /** From the submission to the moment its end was seen, in milliseconds. */
  readonly ms: number;
  /** Members that signed, by what the committers tell. */
  readonly signers: readonly number[];
  /** Whether the signature in the execution's calldata is the group key's; false without one. */
  readonly isGroupSigned: boolean;
  /** Member that sent the execution; absent when none did. */
  readonly sender?: number;
  /** What the execution paid for a unit of gas, in wei. */
  readonly gasPriceWei?: bigint;
};

/** What became of a decision that the chain took back. */
export type Ghost = {
  readonly isOnChain: boolean;
  readonly executions: number;
  /** Members that took it up. */
  readonly knownBy: readonly number[];
};

/** Everything that a fault is judged by. */
export type Evidence = {
  readonly size: CommitteeSize;
  /** How long a decision took before any fault, in milliseconds. */
  readonly usualMs: number;
  /** Members at which the fault was aimed. */
  readonly hit: readonly number[];
  /** Who or what is to blame, by whoever brought the fault about. */
  readonly culprit: string;
  readonly sightings: readonly Sighting[];
  readonly outcomes: readonly Outcome[];
  /** A decision that the fault had the chain take back, if it did. */
  readonly ghost?: Ghost;
  /** How long after the fault's end all members were ready, connected and in the know, in milliseconds; absent if never. */
  readonly recoveredMs?: number;
};

/** Blocks for which a fault stands under which nothing can be decided. */
export const BLOCKED_BLOCKS = 8;

/** Whether so many members of a committee can decide and sign without the others. */
export function canDecide({ minSigners, quorum }: CommitteeSize, members: number): boolean {
  return members >= Math.max(minSigners, quorum);
}

/** The decisions' states while the fault stood. */
export function statesDuring({ outcomes }: Evidence): string {
  return outcomes.map(({ stateDuring }) => stateDuring).join(", ");
}

/** The same state for every decision. */
export function allIn({ outcomes }: Evidence, state: string): string {
  return outcomes.map(() => state).join(", ");
}

/** Members that raised an alarm. */
export function membersWith({ sightings }: Pick<Evidence, "sightings">, name: string): readonly number[] {
  return sightings.filter(({ alarms }) => alarms.some(({ alarm }) => alarm === name)).map(memberOf);
}

/** What the members at which the fault was not aimed saw end without a result. */
export function abortsOfOthers({ sightings, hit }: Pick<Evidence, "sightings" | "hit">): readonly SeenAbort[] {
  return sightings.filter(({ memberIndex }) => !hit.includes(memberIndex)).flatMap(({ aborts }) => aborts);
}

/** Members that did not answer, and that every member which did was once not connected to. */
export function absentees({ sightings }: Evidence): readonly number[] {
  const present = sightings.filter(({ wasSilent }) => !wasSilent);
  const silent = sightings.filter(({ wasSilent }) => wasSilent).map(memberOf);
  return silent.filter((member) => present.every(({ missed }) => missed.includes(member)));
}

/** The groups into which members fell apart by their own accounts: those that missed the same others are together. */
export function groupsSeen({ sightings }: Pick<Evidence, "sightings">): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  for (const { memberIndex, missed } of sightings) {
    const key = missed.toSorted((a, b) => a - b).join();
    groups.set(key, [...(groups.get(key) ?? []), memberIndex]);
  }
  return [...groups.values()].toSorted(([a = 0], [b = 0]) => a - b);
}

function memberOf({ memberIndex }: Sighting): number {
  return memberIndex;
}

/** The links between groups of members, in words. */
export function linksNamed(groups: readonly (readonly number[])[]): string {
  return `links between ${groups.map(committersNamed).toSorted().join(" and ")}`;
}

/** Members in words: "committers 0 2". */
export function committersNamed(members: readonly number[]): string {
  if (members.length === 0) return "no committer";
  return `committer${members.length === 1 ? "" : "s"} ${members.toSorted((a, b) => a - b).join(" ")}`;
}
