import { membersHash } from "@synod/core";
import { compressedKey } from "../identity.ts";
import type { ListedMember } from "../journal/events.ts";
import type { Absence } from "./absence.ts";
import type { Succession } from "./context.ts";
import type { EpochEntry } from "./epoch-book.ts";

/** Members that have been away for longer than the settings allow. */
export function lostMembers({ members }: EpochEntry, absence: Absence, { replaceAfterBlocks }: Succession) {
  return members.filter(({ peer }) => replaceAfterBlocks > 0n && absence.blocks(peer) >= replaceAfterBlocks);
}

/**
 * The members of an epoch in which standbys stand where members were lost. `undefined` when nobody is lost, when another
 * one is away too, because the epoch needs all its members to begin, when there are too few standbys, or too few stay to
 * hand the key over.
 */
export function withStandbys(
  entry: EpochEntry,
  absence: Absence,
  succession: Succession,
): readonly ListedMember[] | undefined {
  const { members, minSigners } = entry;
  const lost = lostMembers(entry, absence, succession);
  const staying = members.filter((member) => !lost.includes(member));
  const free = succession.standbys.filter(({ x, y }) => !members.some(({ peer }) => peer === compressedKey(x, y)));
  if (lost.length === 0 || staying.length < minSigners || free.length < lost.length) return undefined;
  if (staying.some(({ peer }) => absence.isAway(peer))) return undefined;
  return members.map((member) => {
    const place = lost.indexOf(member);
    return place < 0 ? member.listed : (free[place] ?? member.listed);
  });
}

/**
 * The members of the epoch that should come next; `undefined` while the present one is good. A refresh cuts no epoch off
 * that is on its way. Standbys do, since one that waits for a lost member would wait for ever; not one that is theirs.
 * @param wantsRefresh whether the members are to get new shares
 */
export function dueMembers(
  entry: EpochEntry,
  absence: Absence,
  succession: Succession,
  wantsRefresh: boolean,
): readonly ListedMember[] | undefined {
  const { latest, members } = entry;
  if (latest === undefined) return undefined;
  const replaced = withStandbys(entry, absence, succession);
  if (replaced !== undefined)
    return latest.isUnfinished && latest.membersHash === membersHash(replaced) ? undefined : replaced;
  const isPossible = !latest.isUnfinished && !members.some(({ peer }) => absence.isAway(peer));
  return wantsRefresh && isPossible ? members.map(({ listed }) => listed) : undefined;
}
