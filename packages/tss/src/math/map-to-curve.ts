import { type AffineBatch, addAll, pointsOfBatch } from "./affine-batch.ts";
import { fold, invertAll, libraryRootPower, modulo, PRIME, rootPower } from "./field.ts";
import type { Point } from "./point.ts";

/*
 * The map of RFC 9380 suite secp256k1_XMD:SHA-256_SSWU_RO_ from field elements to points, for many elements at once:
 * simplified SWU (section 6.6.2) to the curve E' of section 8.7, then the isogeny of appendix E.1. All inversions of a
 * step share one, and the square root is one power: what a library call per element pays several times for. The results
 * are those of the standard; values without an inverse are reported, and the caller takes the library's way.
 */

/** E': y^2 = x^3 + A x + B, and Z. */
const A = 0x3f8731abdd661adca08a5558f0f5d272e953d363cb6f0e5d405447c01a444533n;
const B = 1771n;
const Z = PRIME - 11n;

/** A root of -Z^3: carries a root of -g(x1) over to one of g(x2) = Z^3 u^6 g(x1). */
const NON_SQUARE_FACTOR = libraryRootPower(1331n);

/** Coefficients of the isogeny, the constant term first. */
const X_NUMERATOR = [
  0x8e38e38e38e38e38e38e38e38e38e38e38e38e38e38e38e38e38e38daaaaa8c7n,
  0x07d3d4c80bc321d5b9f315cea7fd44c5d595d2fc0bf63b92dfff1044f17c6581n,
  0x534c328d23f234e6e2a413deca25caece4506144037c40314ecbd0b53d9dd262n,
  0x8e38e38e38e38e38e38e38e38e38e38e38e38e38e38e38e38e38e38daaaaa88cn,
];
const X_DENOMINATOR = [
  0xd35771193d94918a9ca34ccbb7b640dd86cd409542f8487d9fe6b745781eb49bn,
  0xedadc6f64383dc1df7c4b2d51b54225406d36b641f5e41bbc52a56612a8c6d14n,
  1n,
];
const Y_NUMERATOR = [
  0x4bda12f684bda12f684bda12f684bda12f684bda12f684bda12f684b8e38e23cn,
  0xc75e0c32d5cb7c0fa9d0a54b12a0a6d5647ab046d686da6fdffc90fc201d71a3n,
  0x29a6194691f91a73715209ef6512e576722830a201be2018a765e85a9ecee931n,
  0x2f684bda12f684bda12f684bda12f684bda12f684bda12f684bda12f38e38d84n,
];
const Y_DENOMINATOR = [
  0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffefffff93bn,
  0x7a06534bb8bdb49fd5e9e6632722c2989467c1bfc8e8d978dfb425d2685c2573n,
  0x6484aa716545ca2cf3a70c3fa8fe337e0a3d21162f0d6299a7bf8192bfd2a76fn,
  1n,
];

const INVERSE_A = invertAll([A])?.[0] ?? 0n;
const MINUS_B_OVER_A = modulo(-B * INVERSE_A);

function evaluate(coefficients: readonly bigint[], x: bigint): bigint {
  return coefficients.reduceRight((sum, coefficient) => fold(sum * x + coefficient), 0n);
}

/** (x, y) on E' for one u, given the inverse of Z^2 u^4 + Z u^2. Both candidates are computed for every u. */
function swu(u: bigint, zu2: bigint, inverse: bigint): readonly [bigint, bigint] {
  const x1 = fold(MINUS_B_OVER_A * (1n + inverse));
  const g1 = modulo(fold(x1 * x1 + A) * x1 + B);
  const root = rootPower(g1);
  const isSquare = (root * root) % PRIME === g1;
  const otherX = fold(zu2 * x1);
  const otherY = modulo(fold(fold(fold(u * u) * u) * NON_SQUARE_FACTOR) * root);
  const [x, y] = isSquare ? [x1, root] : [otherX, otherY];
  return [x, (u & 1n) === (y & 1n) ? y : PRIME - y];
}

function toIsogenous(elements: readonly bigint[]): AffineBatch | undefined {
  const zu2 = elements.map((u) => fold(Z * fold(u * u)));
  const inverses = invertAll(zu2.map((value) => fold(value * (value + 1n))));
  const mapped = inverses?.map((inverse, i) => swu(elements[i] ?? 0n, zu2[i] ?? 0n, inverse));
  return mapped && { x: mapped.map(([x]) => x), y: mapped.map(([, y]) => y) };
}

function applyIsogeny({ x, y }: AffineBatch): AffineBatch | undefined {
  const xDenominators = x.map((value) => evaluate(X_DENOMINATOR, value));
  const yDenominators = x.map((value) => evaluate(Y_DENOMINATOR, value));
  const inverses = invertAll([...xDenominators, ...yDenominators]);
  if (inverses === undefined) return undefined;
  return {
    x: x.map((value, i) => fold(evaluate(X_NUMERATOR, value) * (inverses[i] ?? 0n))),
    y: x.map((value, i) => {
      const factor = fold(evaluate(Y_NUMERATOR, value) * (inverses[x.length + i] ?? 0n));
      return fold(factor * (y[i] ?? 0n));
    }),
  };
}

/**
 * map_to_curve(u_0) + map_to_curve(u_1) of RFC 9380 for every pair: as the cofactor is 1, the end of hash_to_curve. The
 * isogeny is a homomorphism, so it is applied once, to the sum on E' (section 6.6.3 allows it); the formulas of the
 * addition do not use the constants of the curve.
 * @param pairs field elements in 0..p - 1
 * @returns undefined if any step has no affine result: for hashed elements with probability about 2^-250
 */
export function mapPairsToCurve(pairs: readonly (readonly [bigint, bigint])[]): readonly Point[] | undefined {
  const isogenous = toIsogenous(pairs.flat());
  if (isogenous === undefined) return undefined;
  const pick = (parity: number): AffineBatch => ({
    x: isogenous.x.filter((_, i) => i % 2 === parity),
    y: isogenous.y.filter((_, i) => i % 2 === parity),
  });
  const sums = pick(0);
  const mapped = addAll(sums, pick(1)) ? applyIsogeny(sums) : undefined;
  return mapped && pointsOfBatch(mapped);
}
