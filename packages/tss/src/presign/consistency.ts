import { multiplyBaseOnce } from "../math/fixed-base.ts";
import { IDENTITY, multiplySumUnsafe, multiplyUnsafe, type Point } from "../math/point.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import { multiplyScalars, reduce, type Scalar, sumScalars } from "../math/scalar.ts";
import { multiplySum, shortWeight, WEIGHT_LENGTH } from "../math/uniform-multiply.ts";
import type { VoleVector } from "../primitives/vole.ts";
import type { OpeningMessage } from "./opening-message.ts";

/** What this party holds as Bob towards the sender of an opening, in the order of the batch. */
export type BobOutputs = { readonly chis: readonly Scalar[]; readonly products: readonly VoleVector[] };

/**
 * R4.3 Whether the other's inputs to every VOLE are the r_j and sk_j behind its R_j and pk_j. The 2 B equations
 * χ R_j = Γ^u + d^u G and χ pk_j = Γ^v + d^v G are tested at once: those of presignature b with weights ρ_b and ρ_b δ,
 * where ρ_0 = 1 and the others are drawn now, after the message came. If one equation is wrong, the sum of them vanishes
 * for at most two in 2^128 draws (docs/protocol/presign.md, "one test instead of 2 B"). The products with the secret χ
 * share their doublings.
 */
export function isConsistent({ chis, products }: BobOutputs, message: OpeningMessage, rng: Rng): boolean {
  const { noncePoints, publicShares, answers } = message;
  const delta = randomWeight(rng);
  const weights = answers.map((_, index) => (index === 0 ? 1n : randomWeight(rng)));
  const inputs = weights.map((weight, index) => ({
    scalar: multiplyScalars(chis[index] ?? 0n, weight),
    point: combine(noncePoints[index], publicShares[index], delta),
  }));
  const shares = weights.map((weight, index) => {
    const [du, dv] = products[index] ?? [0n, 0n];
    return weight * reduce(du + delta * dv);
  });
  const gammaU = answers.map((answer) => answer.gammaU);
  const gammaV = answers.map((answer) => answer.gammaV);
  const gammas = combine(weigh(gammaU, weights), weigh(gammaV, weights), delta);
  return multiplySum(inputs).equals(gammas.add(multiplyBaseOnce(sumScalars(shares))));
}

function combine(first: Point | undefined, second: Point | undefined, delta: Scalar): Point {
  return (first ?? IDENTITY).add(multiplyUnsafe(second ?? IDENTITY, delta));
}

/** The sum of weight * point, where the first weight is 1. */
function weigh([first = IDENTITY, ...rest]: readonly Point[], [, ...weights]: readonly Scalar[]): Point {
  return first.add(multiplySumUnsafe(rest.map((point, i) => ({ point, scalar: weights[i] ?? 0n }))));
}

/** One of 2^128 scalars by which multiplication is short. */
function randomWeight(rng: Rng): Scalar {
  return shortWeight(randomBytes(rng, WEIGHT_LENGTH));
}
