import { CliError } from "../errors/cli-error.ts";

/** How large a committee is and how many of it must agree. */
export type CommitteeSize = { readonly members: number; readonly minSigners: number; readonly quorum: number };

/** Above this, one machine has too little of everything to run the committers. */
const MOST_MEMBERS = 16;

/**
 * Checks a committee's numbers before anything is started. The quorum defaults to the smallest that no two results can
 * both reach, `minSigners` to the quorum. Errors: ARGUMENT_INVALID.
 */
export function committeeSize(members: number, minSigners?: number, quorum?: number): CommitteeSize {
  requireWhole("--committers", members, 2, MOST_MEMBERS);
  const smallest = smallestQuorum(members);
  const size = { members, minSigners: minSigners ?? quorum ?? smallest, quorum: quorum ?? smallest };
  requireWhole("--min-signers", size.minSigners, 2, members);
  requireWhole("--quorum", size.quorum, smallest, members);
  return size;
}

/** Smallest q with 2q > n + f, where f = ⌊(n − 1) / 3⌋ members may lie; at least 2. */
function smallestQuorum(members: number): number {
  const liars = Math.floor((members - 1) / 3);
  return Math.max(2, Math.floor((members + liars) / 2) + 1);
}

function requireWhole(flag: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new CliError({
    code: "ARGUMENT_INVALID",
    what: `${value} is out of range`,
    where: flag,
    remedy: `give a whole number from ${least} to ${most}`,
  });
}
