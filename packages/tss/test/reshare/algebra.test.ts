import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type KeyShare, type PartyIndex, partyIndex, recordHash } from "../../src/index.ts";
import { lagrangeCoefficient } from "../../src/math/lagrange.ts";
import { encodePoint, multiplyBase } from "../../src/math/point.ts";
import { evaluatePolynomial } from "../../src/math/polynomial.ts";
import { multiplyScalars, sumScalars } from "../../src/math/scalar.ts";
import { Secret } from "../../src/math/secret.ts";
import { openReshare } from "../../src/reshare/start.ts";
import { createReshareTerms } from "../../src/reshare/terms.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { subsets } from "../harness/quorum.ts";
import { type Handover, reshareInput, seatsOf, succeed } from "../harness/reshare.ts";
import { interpolate, scalarOf } from "../harness/scalars.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

/** The polynomial that a dealer commits to in round 1, read out of its first state. */
function dealtPolynomial(handover: Handover, seat: PartyIndex, source = handover.next.rngOf(seat)): readonly bigint[] {
  const terms = createReshareTerms(reshareInput(handover, seat));
  const opening = openReshare(terms, new Uint8Array(32).fill(1), new Uint8Array(32).fill(seat), source);
  const secrets = opening.kind === "opened" ? opening.stage.secrets : [];
  return secrets.flatMap((secret) => {
    const value = secret instanceof Secret ? secret.expose() : undefined;
    return typeof value === "bigint" ? [value] : [];
  });
}

/** Threshold and size of a committee. */
const committeeShape = fc
  .integer({ min: 2, max: 5 })
  .chain((n) => fc.record({ n: fc.constant(n), t: fc.integer({ min: 2, max: n }) }));

const shapes = fc
  .record({ old: committeeShape, next: committeeShape, stay: fc.integer({ min: 0, max: 5 }) })
  .chain((shape) =>
    fc.record({
      shape: fc.constant(shape),
      dealers: fc.shuffledSubarray(
        Array.from({ length: shape.old.n }, (_, i) => i + 1),
        { minLength: shape.old.t },
      ),
    }),
  );

describe(`what dealers deal (seed ${TEST_SEED})`, { timeout: 60_000 }, () => {
  it("shares the same key with every new quorum, by shares that all differ from the old ones", {
    timeout: 120_000,
  }, () => {
    fc.assert(
      fc.property(shapes, ({ shape, dealers }) => {
        const old = createCommittee(shape.old.t, shape.old.n, "algebra");
        const coming = createCommittee(2, shape.next.n, "coming");
        // Some old members stay, at the front; the others are new.
        const owners = coming.members.map((party) =>
          party <= shape.stay && old.parties.has(party) ? old.identityOf(party) : coming.identityOf(party),
        );
        const next = succeed(old, shape.next.t, owners);
        const shares = dealKeyShares(old);
        const handover: Handover = { old, next, shares, dealers: dealers.map(partyIndex) };
        const polynomials = [...seatsOf(handover).dealers.keys()].map((seat) => dealtPolynomial(handover, seat));
        const renewed = new Map(
          next.members.map((party) => [party, sumScalars(polynomials.map((g) => evaluatePolynomial(g, party)))]),
        );
        const key = interpolate(new Map([...shares].map(([party, share]) => [party, scalarOf(share)])));
        for (const quorum of subsets(next.members, shape.next.t)) {
          expect(interpolate(new Map(quorum.map((party) => [party, must(renewed.get(party))])))).toBe(key);
        }
        const before = [...shares.values()].map(scalarOf);
        for (const share of renewed.values()) expect(before).not.toContain(share);
      }),
      { numRuns: 20, seed: 20_230_765 },
    );
  });

  it("has the dealer's weighted share as its constant term and degree t' - 1", () => {
    const old = createCommittee(2, 3, "constant");
    const next = succeed(old, 3, old.members.map(old.identityOf));
    const dealers = [1, 3].map(partyIndex);
    const handover: Handover = { old, next, shares: dealKeyShares(old), dealers };
    for (const dealer of dealers) {
      const polynomial = dealtPolynomial(handover, dealer);
      const s = scalarOf(handover.shares.get(dealer));
      expect(polynomial).toHaveLength(3);
      expect(polynomial[0]).toBe(multiplyScalars(lagrangeCoefficient(dealers, dealer), s));
      const { anchor } = must(createReshareTerms(reshareInput(handover, dealer)).dealers.get(dealer));
      expect(encodePoint(anchor)).toEqual(encodePoint(multiplyBase(must(polynomial[0]))));
    }
  });

  it("differs between two shares though the random source is stuck: the old share is mixed in", () => {
    const old = createCommittee(2, 3, "stuck");
    const next = succeed(old, 2, old.members.map(old.identityOf));
    const dealers = [1, 2].map(partyIndex);
    const stuck = () => seededRng(`${TEST_SEED}/stuck`);
    const dealtBy = (shares: ReadonlyMap<PartyIndex, KeyShare>): bigint =>
      must(dealtPolynomial({ old, next, shares, dealers }, partyIndex(1), stuck())[1]);
    const [a, b] = ["one sharing", "another sharing"].map((label) => dealKeyShares(old, label));
    expect(recordHash(must(must(a).get(partyIndex(1))).record)).not.toEqual(
      recordHash(must(must(b).get(partyIndex(1))).record),
    );
    expect(dealtBy(must(a))).not.toBe(dealtBy(must(b)));
    expect(dealtBy(must(a))).toBe(dealtBy(must(a)));
  });
});
