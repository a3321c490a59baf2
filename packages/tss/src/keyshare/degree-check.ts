import { u16 } from "../math/bytes.ts";
import { decodePoint, multiplyUnsafe, type Point, sumPoints } from "../math/point.ts";
import { invertScalar, multiplyScalars, reduce, type Scalar } from "../math/scalar.ts";
import { hashToScalar } from "../transcript/hash.ts";
import { type PublicRecord, recordHash } from "./record.ts";

/**
 * Whether the group key (at 0) and the verification shares of all parties lie on one polynomial of degree t - 1, so that
 * any t of them interpolate to the group key. One inner product with a random word of the dual code (Cascudo and David,
 * SCRAPE, ePrint 2017/216) instead of an interpolation for each subset; its coefficients are a hash of the record, so a
 * wrong record passes with probability 2^-256.
 *
 * Precondition: party indices are distinct and not zero.
 * @returns false also if a share is missing or no point
 */
export function isSharedWithThreshold(record: PublicRecord): boolean {
  const encoded = [record.groupKey, ...[...record.parties.keys()].map((party) => record.verificationShares.get(party))];
  const points = encoded.map((bytes) => bytes && decodePoint(bytes)).filter((point) => point !== undefined);
  if (points.length !== encoded.length) return false;
  const positions = [0n, ...[...record.parties.keys()].map(BigInt)];
  const word = dualWord(record, positions);
  const terms = points.map((point, i): Point => multiplyUnsafe(point, word[i] ?? 0n));
  return sumPoints(terms).is0();
}

/** m(x) / product of (x - y) over all other positions y, for each position x; m is random of degree n - t. */
function dualWord(record: PublicRecord, positions: readonly bigint[]): readonly Scalar[] {
  const hash = recordHash(record);
  const size = positions.length - record.minSigners;
  const coefficients = Array.from({ length: size }, (_, k) => hashToScalar("record/degree", hash, u16(k)));
  return positions.map((x) => {
    const value = coefficients.reduceRight((sum, coefficient) => reduce(sum * x + coefficient), 0n);
    const others = positions.filter((y) => y !== x);
    const denominator = others.reduce((product, y) => multiplyScalars(product, reduce(x - y)), 1n);
    return multiplyScalars(value, invertScalar(denominator));
  });
}
