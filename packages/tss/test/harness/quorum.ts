import { type KeyShare, type PartyIndex, TssError } from "../../src/index.ts";
import { intentDigest } from "../../src/intent/intent.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
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
