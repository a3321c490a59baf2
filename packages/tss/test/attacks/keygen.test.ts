import { describe, expect, it } from "vitest";
import { type Abort, findEquivocation, type KeygenOutput, type PartyIndex, partyIndex } from "../../src/index.ts";
import { lagrangeCoefficient } from "../../src/math/lagrange.ts";
import { encodePoint, GENERATOR } from "../../src/math/point.ts";
import { evaluateCommitment, evaluatePolynomial } from "../../src/math/polynomial.ts";
import { ORDER } from "../../src/math/scalar.ts";
import { type Committee, createCommittee, must } from "../harness/committee.ts";
import { expectProven } from "../harness/evidence.ts";
import type { Report } from "../harness/pump.ts";
import { scriptedRng, wideScalar } from "../harness/scripted-rng.ts";
import { runKeygen } from "../harness/sessions.ts";
import { flip, overwrite, resignFrame, roundOf, type Tamper, tamperBroadcast } from "../harness/tamper.ts";
import { TEST_SEED } from "../seeded-rng.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];
const OTHER_POINT = encodePoint(GENERATOR.multiply(12345n));

/** Offsets in the opening of t = 2: F, chain-code part, salt, proofs. */
const AT = { F: 0, chainCode: 66, salt: 98, proofs: 130 } as const;

function abortWith(tamper: Tamper): { readonly abort: Abort; readonly committee: Committee } {
  const committee = createCommittee(2, 2, "attacks");
  return { committee, abort: abortOf(runKeygen(committee, new Map([[one, tamper]])), two) };
}

function abortOf(report: Report<KeygenOutput>, party: PartyIndex): Abort {
  return must(report.aborts.get(party), `abort of party ${party}`);
}

function expectNamed(tamper: Tamper, code: string): void {
  const { abort, committee } = abortWith(tamper);
  expect(abort).toMatchObject({ code, severity: "retry", culprits: [1], blame: "public" });
  expectProven(abort.evidence, committee, [one], code);
}

describe(`attacks on the key generation (seed ${TEST_SEED})`, () => {
  const lengths: readonly (readonly [string, (opening: Uint8Array) => Uint8Array])[] = [
    ["t - 1 entries", (opening) => opening.slice(33)],
    ["t + 1 entries", (opening) => new Uint8Array([...OTHER_POINT, ...opening])],
    ["a last entry that is the identity", (opening) => overwrite(opening, 33, new Uint8Array(33))],
  ];

  it.each(lengths)(
    "V-24 Feldman degree inflation: %s is refused and the dealer named",
    { timeout: 120_000 },
    (_name, change) => {
      expectNamed(tamperBroadcast(3, change), "malformedMessage");
    },
  );

  const proofs: readonly (readonly [string, (opening: Uint8Array) => Uint8Array])[] = [
    ["no proof", (opening) => opening.slice(0, AT.proofs)],
    ["t - 1 proofs", (opening) => opening.slice(0, AT.proofs + 65)],
    ["t + 1 proofs", (opening) => new Uint8Array([...opening, ...opening.subarray(AT.proofs, AT.proofs + 65)])],
  ];

  it.each(proofs)(
    "V-25 proof vector shorter: %s is refused, nothing is thrown",
    { timeout: 120_000 },
    (_name, change) => {
      expectNamed(tamperBroadcast(3, change), "malformedMessage");
    },
  );

  it("V-26 share f(i) = 0, index 0, duplicate index: constructors throw, a zero share is a share", {
    timeout: 120_000,
  }, () => {
    for (const index of [0, -1, 1.5, 65_536, Number.NaN, Number(ORDER)]) {
      expect(() => partyIndex(index)).toThrowError(expect.objectContaining({ code: "invalidPartyIndex" }));
    }
    const duplicate = expect.objectContaining({ code: "duplicateIndex" });
    expect(() => lagrangeCoefficient([one, two, two], one)).toThrowError(duplicate);
    expect(() => lagrangeCoefficient([two, three], one)).toThrowError(
      expect.objectContaining({ code: "unknownIndex" }),
    );
    // f(2) = -10 + 5 * 2 = 0.
    const polynomial = [ORDER - 10n, 5n];
    expect(evaluatePolynomial(polynomial, two)).toBe(0n);
    expect(
      evaluateCommitment(
        polynomial.map((f) => GENERATOR.multiply(f)),
        two,
      ).is0(),
    ).toBe(true);
    const committee = createCommittee(2, 2, "zero share");
    const script = new Map([5, 6].map((call, i) => [call, wideScalar(must(polynomial[i]))]));
    const dealer = scriptedRng(committee.rngOf(one), (call) => script.get(call)).rng;
    const report = runKeygen({ ...committee, rngOf: (party) => (party === one ? dealer : committee.rngOf(party)) });
    expect(report.outputs.size).toBe(2);
  });

  it("V-27 rogue key: who speaks last cannot choose a key, copy a commitment or copy a proof", {
    timeout: 240_000,
  }, () => {
    // Another F than the committed one, as if chosen after seeing the others'.
    expectNamed(
      tamperBroadcast(3, (opening) => overwrite(opening, AT.F, OTHER_POINT)),
      "commitmentOpening",
    );
    const committee = createCommittee(2, 2, "rogue");
    let stolen: Uint8Array | undefined;
    // Party 1 waits for party 2's opening and sends its proofs as its own.
    const report = runKeygen(
      committee,
      new Map([
        [
          one,
          (outgoing, round) =>
            round === 3 ? { ...outgoing, broadcast: overwrite(outgoing.broadcast, AT.proofs, must(stolen)) } : outgoing,
        ],
      ]),
      {
        intercept(delivery) {
          if (delivery.from === two && roundOf(delivery.frame) === 3)
            stolen ??= delivery.frame.slice(295 + AT.proofs, 295 + AT.proofs + 130);
          return [delivery];
        },
        pick: (queued) => queued - 1,
      },
    );
    expect(abortOf(report, two)).toMatchObject({ code: "proofOfKnowledge", culprits: [1] });
  });

  it("V-27 rogue key: a copied commitment stops everybody before anything is opened", { timeout: 120_000 }, () => {
    const committee = createCommittee(2, 3, "copy");
    const copied = runKeygen(committee, new Map(), { intercept: () => [], cheaters: [one] });
    const com = must(copied.deliveries.find(({ from }) => from === two)).frame.slice(295 + 65, 295 + 97);
    const report = runKeygen(createCommittee(2, 3, "copy"), new Map([[one, tamperBroadcast(1, () => com)]]));
    for (const party of [two, three])
      expect(abortOf(report, party)).toMatchObject({ code: "commitmentReused", culprits: [] });
  });

  it("V-28 chain code disagreement: another part than the committed one names its dealer", { timeout: 120_000 }, () => {
    expectNamed(
      tamperBroadcast(3, (opening) => flip(opening, AT.chainCode)),
      "commitmentOpening",
    );
    // And parts that everybody opened, but hashed differently, are seen in the echo e2.
    const { abort } = abortWith(tamperBroadcast(4, (e2) => flip(e2, 0)));
    expect(abort).toMatchObject({ code: "echoMismatch", blame: "nobody" });
  });

  it("V-29 multicast used as broadcast: another first message to one party is seen before anything secret", {
    timeout: 120_000,
  }, () => {
    const committee = createCommittee(2, 3, "multicast");
    const report = runKeygen(committee, new Map(), {
      cheaters: [one],
      intercept(delivery) {
        if (delivery.from !== one || delivery.to !== two || roundOf(delivery.frame) !== 1) return [delivery];
        const frame = resignFrame(delivery.frame, committee.identityOf(one), ({ broadcast }) => ({
          broadcast: flip(broadcast, 70),
        }));
        return [{ ...delivery, frame }];
      },
    });
    const views = [two, three].map((party) => {
      const abort = abortOf(report, party);
      expect(abort).toMatchObject({ code: "viewMismatch", severity: "retry", culprits: [], round: 2 });
      const [view] = abort.evidence;
      if (view?.kind !== "view") throw new TypeError("no view");
      return view;
    });
    const evidence = must(findEquivocation(must(views[0]), must(views[1])));
    expectProven([evidence], committee, [one], "equivocation");
  });
});
