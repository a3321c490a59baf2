import { TssError } from "../errors.ts";
import type { PartyIndex } from "./party-index.ts";
import { invertScalar, multiplyScalars, ORDER, reduce, type Scalar } from "./scalar.ts";

function assertDistinct(indices: readonly PartyIndex[]): void {
  // With a duplicate or a zero the formula still yields a number, only a wrong one.
  if (new Set(indices.map((index) => BigInt(index) % ORDER)).size !== indices.length) {
    throw new TssError("duplicateIndex", `the indices ${indices.join(", ")} are not distinct`);
  }
  if (indices.some((index) => BigInt(index) % ORDER === 0n)) {
    throw new TssError("invalidPartyIndex", "an index is zero");
  }
}

/**
 * The Lagrange coefficient of `self` at zero over the set: the product of j / (j - self) for all other j.
 * @throws TssError `unknownIndex` when `self` is not in the set, `duplicateIndex`, `invalidPartyIndex` (zero)
 */
export function lagrangeCoefficient(indices: readonly PartyIndex[], self: PartyIndex): Scalar {
  assertDistinct(indices);
  if (!indices.includes(self)) throw new TssError("unknownIndex", `${self} is not among ${indices.join(", ")}`);
  let numerator = 1n;
  let denominator = 1n;
  for (const index of indices) {
    if (index === self) continue;
    numerator = multiplyScalars(numerator, BigInt(index));
    denominator = multiplyScalars(denominator, reduce(BigInt(index) - BigInt(self)));
  }
  return multiplyScalars(numerator, invertScalar(denominator));
}
