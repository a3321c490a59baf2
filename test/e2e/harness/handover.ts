import { existsSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "@synod/testing/eventually";
import type { Hex } from "viem";
import type { Committee, Member } from "./deployment.ts";
import type { MemberProcesses } from "./member-processes.ts";
import { synod } from "./program.ts";

/** How often a member is asked how far it is: a kill comes right after what it is to follow. */
const LOOK_MS = 20;

/** Part of what a member's committer says of an epoch. */
type EpochReport = {
  readonly committeeId: Hex;
  readonly epoch: string;
  readonly hasShare: boolean;
};

/** What a member's committer says of an epoch; `undefined` while it knows none, or does not answer. */
async function epochAt(member: Member, committeeId: Hex, epoch: bigint): Promise<EpochReport | undefined> {
  try {
    const response = await fetch(`${member.httpUrl}/status`);
    const { epochs } = (await response.json()) as { readonly epochs: readonly EpochReport[] };
    return epochs.find((report) => report.committeeId === committeeId && report.epoch === `${epoch}`);
  } catch {
    return undefined;
  }
}

/** Whether a member's file of its share of an epoch is there. */
export function hasShare({ id }: Committee, { dataDir }: Member, epoch: bigint): boolean {
  return existsSync(join(dataDir, "keys", `share-${id}-${epoch}`));
}

/**
 * Kills a member as by `kill -9` right after its share of the epoch to come is stored, when nothing has shown yet that it
 * signs, and starts it again.
 */
export async function killOnceStored(
  processes: MemberProcesses,
  committee: Committee,
  member: Member,
  epoch: bigint,
): Promise<void> {
  await eventually(async () => {
    const next = await epochAt(member, committee.id, epoch);
    return next?.hasShare === true ? true : undefined;
  }, LOOK_MS);
  await processes.kill(member);
  await processes.restart(member);
}

/** What as many operators as the quorum do to have the shares of the active epoch made anew. */
export async function refreshShares(committee: Committee, epoch: bigint): Promise<void> {
  for (const { settingsFile } of committee.members.slice(0, committee.quorum)) {
    const place = ["--settings", settingsFile, "--committee", committee.id, "--epoch", `${epoch}`];
    const program = synod(["committer", "refresh", ...place]);
    const { code } = await program.exited;
    if (code !== 0) throw new TypeError(`a refresh was refused: ${program.stderr.text}`);
  }
}
