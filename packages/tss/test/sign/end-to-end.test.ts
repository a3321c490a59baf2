import { describe, expect, it } from "vitest";
import { intentDigest, type KeyShare, type PartyIndex } from "../../src/index.ts";
import { type Committee, createCommittee, must } from "../harness/committee.ts";
import { runKeygen, runPresign, runSigning, sampleIntent } from "../harness/sessions.ts";
import { expectValid, tweakedKey } from "../harness/verify.ts";

const TWEAK = 0x5eed_cafen;

/** All subsets of `size` members, ascending. */
function subsets(members: readonly PartyIndex[], size: number): readonly (readonly PartyIndex[])[] {
  if (size === 0) return [[]];
  return members.flatMap((first, i) => subsets(members.slice(i + 1), size - 1).map((rest) => [first, ...rest]));
}

function signWith(
  committee: Committee,
  shares: ReadonlyMap<PartyIndex, KeyShare>,
  signers: readonly PartyIndex[],
  tweak: bigint,
): void {
  const presigned = runPresign({ committee, shares, signers });
  const signed = runSigning(committee, presigned.outputs, (input) => ({ ...input, tweak }));
  const { groupKey } = must(shares.get(must(signers[0]))).record;
  expect(signed.outputs.size).toBe(signers.length);
  for (const signature of signed.outputs.values()) {
    expectValid(signature, intentDigest(sampleIntent(committee)), tweakedKey(groupKey, tweak));
  }
}

describe("key generation, presigning and signing together", () => {
  it.each([
    [2, 2, 1],
    [2, 3, 3],
    [3, 4, 2],
    [3, 5, 2],
    [5, 7, 1],
  ])("%i of %i, %i signing sets, root and child key", { timeout: 600_000 }, (minSigners, size, sets) => {
    const committee = createCommittee(minSigners, size, "end-to-end");
    const generated = runKeygen(committee);
    expect(generated.outputs.size).toBe(size);
    const shares = new Map([...generated.outputs].map(([party, output]) => [party, output.share]));
    const all = subsets(committee.members, minSigners);
    // The first and last sets are far apart; for 2 of 3 these are all.
    const chosen = sets >= all.length ? all : [...all.slice(0, sets - 1), ...all.slice(-1)];
    for (const [i, signers] of chosen.entries()) signWith(committee, shares, signers, i % 2 === 0 ? TWEAK : 0n);
    if (chosen.length === 1) signWith(committee, shares, must(chosen[0]), 0n);
  });
});
