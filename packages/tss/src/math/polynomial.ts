import { TssError } from "../errors.ts";
import type { PartyIndex } from "./party-index.ts";
import { IDENTITY, multiplyBase, multiplyUnsafe, type Point } from "./point.ts";
import type { Rng } from "./rng.ts";
import { randomScalar, reduce, type Scalar } from "./scalar.ts";

/** Coefficients of a secret polynomial, the constant term first. */
export type Polynomial = readonly Scalar[];

/** The points coefficient * G of a polynomial, in the same order: public. */
export type PolynomialCommitment = readonly Point[];

function assertSize(size: number): void {
  if (!Number.isInteger(size) || size < 1) throw new TssError("emptyInput", `a polynomial of ${size} coefficients`);
}

/** A random polynomial of `size` coefficients (degree exactly size - 1), none of them zero. */
export function samplePolynomial(size: number, rng: Rng): Polynomial {
  assertSize(size);
  return Array.from({ length: size }, () => randomScalar(rng));
}

/** As {@link samplePolynomial}, with the given constant term: it shares `constant`. */
export function samplePolynomialWithConstant(constant: Scalar, size: number, rng: Rng): Polynomial {
  assertSize(size);
  return [reduce(constant), ...Array.from({ length: size - 1 }, () => randomScalar(rng))];
}

/** f(x) mod q, by Horner's rule. The result may be zero. */
export function evaluatePolynomial(polynomial: Polynomial, x: PartyIndex): Scalar {
  const at = BigInt(x);
  return polynomial.reduceRight((value, coefficient) => reduce(value * at + coefficient), 0n);
}

/** Feldman commitment: coefficient * G, for each coefficient. */
export function commitPolynomial(polynomial: Polynomial): PolynomialCommitment {
  return polynomial.map(multiplyBase);
}

/** f(x) * G from the commitment alone; the identity when f(x) = 0. All inputs are public. */
export function evaluateCommitment(commitment: PolynomialCommitment, x: PartyIndex): Point {
  const at = BigInt(x);
  return commitment.reduceRight((value, point) => multiplyUnsafe(value, at).add(point), IDENTITY);
}
