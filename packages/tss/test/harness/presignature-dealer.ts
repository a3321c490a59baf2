import type { KeyShare, PartyIndex } from "../../src/index.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { lagrangeCoefficient } from "../../src/math/lagrange.ts";
import { encodePoint, multiplyBase } from "../../src/math/point.ts";
import { multiplyScalars, randomScalar, reduce, type Scalar, sumScalars } from "../../src/math/scalar.ts";
import { Secret } from "../../src/math/secret.ts";
import { Presignature } from "../../src/presign/presignature.ts";
import { H } from "../../src/transcript/hash.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { must } from "./committee.ts";

/** A presignature with the secrets that a test looks for. */
export type DealtPresignature = {
  readonly presignature: Presignature;
  readonly phi: Scalar;
  readonly u: Scalar;
  readonly v: Scalar;
};

/**
 * Presignatures of a trusted dealer: what presigning would end with, in a millisecond. For tests of signing; no such
 * function exists in the library.
 */
export function dealPresignatures(
  shares: ReadonlyMap<PartyIndex, KeyShare>,
  signers: readonly PartyIndex[],
  label: string,
): ReadonlyMap<PartyIndex, DealtPresignature> {
  const rng = seededRng(`${TEST_SEED}/presignatures/${label}`);
  const k = randomScalar(rng);
  const phis = signers.map(() => randomScalar(rng));
  const phi = sumScalars(phis);
  const sk = sumScalars(
    signers.map(
      (party) => lagrangeCoefficient(signers, party) * exposeKeyShare(must(shares.get(party))).share.expose(),
    ),
  );
  const us = splitScalar(multiplyScalars(k, phi), signers.length, () => randomScalar(rng));
  const vs = splitScalar(multiplyScalars(sk, phi), signers.length, () => randomScalar(rng));
  const noncePoint = encodePoint(multiplyBase(k));
  return new Map(
    signers.map((self, i) => {
      const share = must(shares.get(self));
      const { record, recordHash } = share;
      const parties = new Map([...record.parties].filter(([party]) => signers.includes(party)));
      const terms = {
        id: H("presig/id", recordHash, noncePoint),
        domain: record.domain,
        self,
        parties,
        groupKey: record.groupKey,
        recordHash,
        noncePoint,
      };
      const part = { phi: must(phis[i]), u: must(us[i]), v: must(vs[i]) };
      const secrets = { phi: new Secret(part.phi), u: new Secret(part.u), v: new Secret(part.v) };
      return [self, { presignature: new Presignature(terms, secrets, share), ...part }];
    }),
  );
}

/** Random summands of a scalar. */
function splitScalar(sum: Scalar, count: number, random: () => Scalar): readonly Scalar[] {
  const parts = Array.from({ length: count - 1 }, random);
  return [...parts, reduce(sum - sumScalars(parts))];
}
