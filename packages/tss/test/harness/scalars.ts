import type { KeyShare, PartyIndex } from "../../src/index.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { lagrangeCoefficient } from "../../src/math/lagrange.ts";
import { reduce } from "../../src/math/scalar.ts";
import { must } from "./committee.ts";

/** s_i: only a test may ask. */
export function scalarOf(share: KeyShare | undefined): bigint {
  return exposeKeyShare(must(share, "share")).share.expose();
}

/** The secret to which the scalars interpolate. */
export function interpolate(scalars: ReadonlyMap<PartyIndex, bigint>): bigint {
  const members = [...scalars.keys()];
  return reduce([...scalars].reduce((sum, [party, s]) => sum + lagrangeCoefficient(members, party) * s, 0n));
}
