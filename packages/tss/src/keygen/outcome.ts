import { encodePoints, type PublicRecord } from "../keyshare/record.ts";
import { concat, u16 } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { encodePoint, type Point, sumPoints } from "../math/point.ts";
import { evaluateCommitment, type PolynomialCommitment } from "../math/polynomial.ts";
import { H } from "../transcript/hash.ts";
import type { CommittedValues } from "./hashes.ts";
import type { KeygenTerms } from "./terms.ts";

/*
 * What follows from the openings of all parties and from nothing else: everybody computes it, in a key generation and
 * when judging evidence about one.
 */

/** dsid = H('dkg/sid', sid, n, t), 32 bytes. */
export function keygenSessionId(sid: Uint8Array, parties: number, minSigners: number): Uint8Array {
  return H("dkg/sid", sid, u16(parties), u16(minSigners));
}

/** F_i ‖ cc_i ‖ salt_i: what e2 hashes of one party. */
export function encodeOpening({ encoded, chainCodePart, salt }: CommittedValues): Uint8Array {
  return concat(encoded, chainCodePart, salt);
}

/** e2 = H('dkg/e2', dsid, the openings of all parties, ascending), 32 bytes. */
export function openingsHash(dsid: Uint8Array, openings: readonly Uint8Array[]): Uint8Array {
  return H("dkg/e2", dsid, ...openings);
}

/** cc = H('dkg/cc', dsid, the parts of all parties, ascending), 32 bytes. */
export function combineChainCode(dsid: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  return H("dkg/cc", dsid, ...parts);
}

/** F = sum of all F_j, coefficient by coefficient; F[0] = pk. A sum may be the identity. */
export function sumCommitments(commitments: Iterable<PolynomialCommitment>, minSigners: number): PolynomialCommitment {
  const all = [...commitments];
  return Array.from({ length: minSigners }, (_, k) => sumPoints(all.flatMap((each) => each.slice(k, k + 1))));
}

/** S_j = F(j) for every party; one may be the identity. */
export function verificationShares(
  sum: PolynomialCommitment,
  parties: Iterable<PartyIndex>,
): ReadonlyMap<PartyIndex, Point> {
  return new Map([...parties].map((party) => [party, evaluateCommitment(sum, party)]));
}

/** What a record is made of. */
export type KeygenOutcome = {
  readonly groupKey: Point;
  readonly shares: ReadonlyMap<PartyIndex, Point>;
  /** cc, 32 bytes. */
  readonly chainCode: Uint8Array;
  /** 32 bytes. */
  readonly e2: Uint8Array;
};

/** The record of a key generation. Throws `identityPoint` if the group key or a share is the identity. */
export function buildRecord(
  { domain, minSigners, parties }: Pick<KeygenTerms, "domain" | "minSigners" | "parties">,
  outcome: KeygenOutcome,
): PublicRecord {
  return {
    domain,
    minSigners,
    parties,
    groupKey: encodePoint(outcome.groupKey),
    verificationShares: encodePoints(outcome.shares),
    chainCodeHash: H("record/chain-code", outcome.chainCode),
    openingsHash: outcome.e2,
  };
}
