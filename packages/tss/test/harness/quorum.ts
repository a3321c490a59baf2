import { type KeyShare, type PartyIndex, TssError } from "../../src/index.ts";
import { intentDigest } from "../../src/intent/intent.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { lagrangeCoefficient } from "../../src/math/lagrange.ts";
import { reduce } from "../../src/math/scalar.ts";
import { type Committee, must } from "./committee.ts";
import { recordOf } from "./reshare.ts";
import { runPresign, runSigning, sampleIntent } from "./sessions.ts";
import { expectValid } from "./verify.ts";

/** Fails unless the given members sign an intent of their epoch under the group key. */
export function expectSigns(
  committee: Committee,
  shares: ReadonlyMap<PartyIndex, KeyShare>,
  signers: readonly PartyIndex[],
): void {
  const presigned = runPresign({ committee, shares, signers });
  const signed = runSigning(committee, presigned.outputs);
  for (const signer of signers) {
    const signature = must(signed.outputs.get(signer), `signature of ${signer}`);
    expectValid(signature, intentDigest(sampleIntent(committee)), recordOf(shares).groupKey);
  }
}

/** s_i: only a test may ask. */
export function scalarOf(share: KeyShare | undefined): bigint {
  return exposeKeyShare(must(share, "share")).share.expose();
}

/** The secret to which the scalars interpolate. */
export function interpolate(scalars: ReadonlyMap<PartyIndex, bigint>): bigint {
  const members = [...scalars.keys()];
  return reduce([...scalars].reduce((sum, [party, s]) => sum + lagrangeCoefficient(members, party) * s, 0n));
}

/** Whether the share's secrets are gone. */
export function isWiped(share: KeyShare): boolean {
  try {
    exposeKeyShare(share);
    return false;
  } catch (error) {
    if (error instanceof TssError && error.code === "secretWiped") return true;
    throw error;
  }
}

/** Every set of `size` of the members. */
export function subsets(members: readonly PartyIndex[], size: number): readonly (readonly PartyIndex[])[] {
  const [first, ...rest] = members;
  if (size === 0) return [[]];
  if (first === undefined) return [];
  return [...subsets(rest, size - 1).map((set) => [first, ...set]), ...subsets(rest, size)];
}
