import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressOfKey, intentDigest, type PartyIndex, partyIndex } from "../../src/index.ts";
import { lagrangeCoefficient } from "../../src/math/lagrange.ts";
import { encodePoint, multiplyBase } from "../../src/math/point.ts";
import { evaluatePolynomial, samplePolynomial } from "../../src/math/polynomial.ts";
import { encodeScalar, reduce, type Scalar, sumScalars } from "../../src/math/scalar.ts";
import { aliceRespondVole, bobFinishVole, bobStartVole } from "../../src/primitives/vole.ts";
import { gadget } from "../../src/primitives/vole-rows.ts";
import { zeroShare } from "../../src/primitives/zero-share.ts";
import { exposePendingShare } from "../../src/reshare/pending-share.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { dealPresignatures } from "../harness/presignature-dealer.ts";
import { type Handover, pendingOf, runReshare, succeed } from "../harness/reshare.ts";
import { interpolate, scalarOf } from "../harness/scalars.ts";
import { runSigning, sampleIntent } from "../harness/sessions.ts";
import { addressOf, expectValid } from "../harness/verify.ts";
import { correlatedPair } from "../primitives/correlated-pair.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { runs } from "./runs.ts";

/** Members of a committee at any distinct indices, and a threshold. */
const sharing = fc
  .uniqueArray(fc.integer({ min: 1, max: 65_535 }), { minLength: 2, maxLength: 6 })
  .chain((indices) =>
    fc.tuple(fc.constant(indices.map(partyIndex)), fc.integer({ min: 2, max: indices.length }), fc.string()),
  );

function subsets(members: readonly PartyIndex[], size: number): readonly (readonly PartyIndex[])[] {
  const [first, ...rest] = members;
  if (size === 0) return [[]];
  if (first === undefined) return [];
  return [...subsets(rest, size - 1).map((set) => [first, ...set]), ...subsets(rest, size)];
}

describe(`properties of shares (seed ${TEST_SEED})`, () => {
  it("Σ λ s is the secret for every t of n, and something else for every t - 1", () => {
    fc.assert(
      fc.property(sharing, ([members, t, label]) => {
        const polynomial = samplePolynomial(t, seededRng(label));
        const shares = new Map(members.map((party) => [party, evaluatePolynomial(polynomial, party)]));
        const combine = (set: readonly PartyIndex[]): Scalar =>
          sumScalars(set.map((party) => lagrangeCoefficient(set, party) * must(shares.get(party))));
        for (const set of subsets(members, t)) expect(combine(set)).toBe(polynomial[0]);
        for (const set of subsets(members, t - 1)) if (set.length > 0) expect(combine(set)).not.toBe(polynomial[0]);
      }),
      runs(60),
    );
  });

  it("every t-subset of 3 of 5 signs, and t - 1 of them never do", { timeout: 120_000 }, () => {
    const committee = createCommittee(3, 5, "subsets");
    const shares = dealKeyShares(committee);
    const { groupKey } = must(shares.get(must(committee.members[0]))).record;
    const digest = intentDigest(sampleIntent(committee));
    expect(addressOfKey(groupKey)).toEqual(addressOf(groupKey));
    for (const signers of subsets(committee.members, 3)) {
      const dealt = dealPresignatures(shares, signers, signers.join());
      const presignatures = new Map([...dealt].map(([party, { presignature }]) => [party, presignature]));
      const report = runSigning(committee, presignatures);
      for (const signer of signers) expectValid(must(report.outputs.get(signer)), digest, groupKey);
      const again = dealPresignatures(shares, signers, `${signers.join()} less`);
      const fewer = new Map([...again].slice(1).map(([party, { presignature }]) => [party, presignature]));
      expect(runSigning(committee, fewer).outputs.size).toBe(0);
    }
  });

  it("zero shares add up to zero for any parties and seeds, and to nothing for all but one of them", () => {
    fc.assert(
      fc.property(sharing, ([members, , label]) => {
        const rng = seededRng(label);
        const sid = rng(32);
        const seeds = new Map<string, Uint8Array>();
        for (const a of members) for (const b of members) if (a < b) seeds.set(`${a}-${b}`, rng(32));
        const shares = members.map((self) => {
          const others = members.filter((other) => other !== self);
          const own = others.map((other): [PartyIndex, Uint8Array] => [
            other,
            must(seeds.get(`${Math.min(self, other)}-${Math.max(self, other)}`)),
          ]);
          return zeroShare(sid, self, new Map(own));
        });
        expect(sumScalars(shares)).toBe(0n);
        expect(sumScalars(shares.slice(1))).not.toBe(0n);
      }),
      runs(40),
    );
  });

  it("the VOLE relation: c + d = a χ for both inputs, any inputs, any session", { timeout: 120_000 }, () => {
    const scalar = fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }).map(reduce);
    fc.assert(
      fc.property(scalar, scalar, fc.uint8Array({ minLength: 32, maxLength: 32 }), (a0, a1, sid) => {
        fc.pre(sid.some((byte) => byte !== 0));
        const rng = seededRng(`${TEST_SEED}/vole/${sid.join()}`);
        const { alice, bob } = correlatedPair(rng);
        const session = { sid, gadget: gadget(sid) };
        const started = bobStartVole(bob, session, rng);
        const answer = aliceRespondVole(alice, session, started.message, [a0, a1], rng);
        if (answer.kind !== "ok") return expect.fail(answer.kind);
        const finished = bobFinishVole(started.state, answer.message);
        if (finished.kind !== "ok") return expect.fail(finished.kind);
        for (const [w, a] of [a0, a1].entries()) {
          expect(reduce(must(answer.c[w]) + must(finished.d[w]))).toBe(reduce(a * started.chi));
        }
      }),
      runs(12),
    );
  });

  it("a refresh changes every share and no key", { timeout: 120_000 }, () => {
    const old = createCommittee(2, 2, "refresh property");
    const shares = dealKeyShares(old);
    const secret = interpolate(new Map([...shares].map(([party, share]) => [party, scalarOf(share)])));
    const next = succeed(old, 2, old.members.map(old.identityOf));
    const handover: Handover = { old, next, shares, dealers: old.members };
    const pending = pendingOf(runReshare(handover));
    const fresh = new Map([...pending].map(([party, share]) => [party, scalarOf(exposePendingShare(share))]));
    expect(interpolate(fresh)).toBe(secret);
    for (const party of old.members) {
      expect(fresh.get(party)).not.toBe(scalarOf(shares.get(party)));
      const { record } = must(pending.get(party));
      expect(record.groupKey).toEqual(encodePoint(multiplyBase(secret)));
      expect(record.verificationShares.get(party)).not.toEqual(
        must(shares.get(party)).record.verificationShares.get(party),
      );
    }
    expect(encodeScalar(secret)).toHaveLength(32);
  });
});
