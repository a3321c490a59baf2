import { u8, wipe } from "../math/bytes.ts";
import { reduce, SCALAR_LENGTH, type Scalar, writeScalar } from "../math/scalar.ts";
import { H, hashToScalar } from "../transcript/hash.ts";
import { VOLE_WIDTH, XI } from "./parameters.ts";
import type { VoleRows } from "./vole-rows.ts";

/** theta_0 and theta_1, the public weights of the check. */
export type CheckWeights = readonly [Scalar, Scalar];

/**
 * The weights of the consistency check, from all of Alice's corrections: she cannot choose the corrections after she
 * knows the weights.
 * @param corrections a-tilde as sent, 49,152 bytes
 */
export function checkWeights(sid: Uint8Array, corrections: Uint8Array): CheckWeights {
  const digest = H("vole/at", sid, corrections);
  return [hashToScalar("vole/theta", sid, digest, u8(0)), hashToScalar("vole/theta", sid, digest, u8(1))];
}

/**
 * mu: the hash of row_j[2] + theta_0 row_j[0] + theta_1 row_j[1] - beta_j eta over all j. Alice hashes her first pads,
 * without the last term; Bob's rows give the same exactly when she used one input vector in all rows with beta_j = 1.
 * @param bits beta_j; absent on Alice's side
 */
export function checkDigest(
  sid: Uint8Array,
  [theta0, theta1]: CheckWeights,
  rows: VoleRows,
  opening?: { readonly bits: readonly bigint[]; readonly eta: Scalar },
): Uint8Array {
  const values = new Uint8Array(XI * SCALAR_LENGTH);
  for (let j = 0; j < XI; j++) {
    const at = VOLE_WIDTH * j;
    const folded = (rows[at + 2] ?? 0n) + theta0 * (rows[at] ?? 0n) + theta1 * (rows[at + 1] ?? 0n);
    const shift = opening === undefined ? 0n : (opening.bits[j] ?? 0n) * opening.eta;
    writeScalar(reduce(folded - shift), values, j * SCALAR_LENGTH);
  }
  const digest = H("vole/mu", sid, values);
  wipe(values);
  return digest;
}
