import { beforeEach, describe, expect, it } from "vitest";
import {
  type Abort,
  type AbortCode,
  type KeyShare,
  type PartyIndex,
  partyIndex,
  type ReshareOutput,
} from "../../src/index.ts";
import { encodePoint, GENERATOR } from "../../src/math/point.ts";
import { invertScalar, multiplyScalars, reduce } from "../../src/math/scalar.ts";
import { commitDealing, openReshare, openWith } from "../../src/reshare/start.ts";
import type { ReshareTerms } from "../../src/reshare/terms.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { expectProven } from "../harness/evidence.ts";
import type { Report } from "../harness/pump.ts";
import { expectSigns } from "../harness/quorum.ts";
import { type Handover, runReshare, seatsOf, startReshareAs, succeed } from "../harness/reshare.ts";
import { interpolate, scalarOf } from "../harness/scalars.ts";
import {
  flip,
  overwrite,
  resignFrame,
  roundOf,
  type Tamper,
  tamperBroadcast,
  tamperDirect,
} from "../harness/tamper.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];

const OTHER_POINT = encodePoint(GENERATOR.multiply(12345n));
const NO_POINT = new Uint8Array(33);
const TOO_LARGE = new Uint8Array(32).fill(0xff);

/** Offsets in the opening of t' = 2: G (66), salt (32), proofs (130). */
const OPENING = { constant: 0, slope: 33, salt: 66, proof: 98, secondProof: 163 } as const;

/**
 * 2 of 3 hands over to 2 of 2. Seat 1 deals and receives, seat 2 only receives, seat 3 only deals. Fresh in each test,
 * with the same random sources.
 */
function createHandover(): Handover {
  const old = createCommittee(2, 3, "cheat reshare");
  const next = succeed(old, 2, [old.identityOf(one), old.identityOf(two)]);
  return { old, next, shares: dealKeyShares(old), dealers: [one, three] };
}

let handover: Handover;
beforeEach(() => {
  handover = createHandover();
});

function abortOf(report: Report<ReshareOutput>, seat: PartyIndex): Abort {
  return must(report.aborts.get(seat), `abort of seat ${seat}`);
}

/** What a stranger checks evidence against: the new epoch, and who sat where. */
function judgedBy({ next }: Handover) {
  return { ...next, parties: seatsOf(handover).parties };
}

type Expected = { readonly code: AbortCode; readonly blame: "public" | "pairwise" | "nobody" };
const provable = (code: AbortCode): Expected => ({ code, blame: "public" });
const pairwise = (code: AbortCode): Expected => ({ code, blame: "pairwise" });
const nobody = (code: AbortCode): Expected => ({ code, blame: "nobody" });

function expectAbort(
  report: Report<ReshareOutput>,
  by: PartyIndex,
  culprits: readonly PartyIndex[],
  expected: Expected,
): void {
  const abort = abortOf(report, by);
  expect(abort).toMatchObject({ code: expected.code, blame: expected.blame, severity: "retry" });
  expect(abort.culprits).toEqual(expected.blame === "nobody" ? [] : culprits);
  if (expected.blame === "public") expectProven(abort.evidence, judgedBy(handover), culprits, expected.code);
  else expect(abort.evidence).toEqual([]);
  expect(report.outputs.has(by)).toBe(false);
}

/** Name, the cheater's seat, what it does, what seat 1 (or 2, if 1 cheats) makes of it. */
const CHEATS: readonly (readonly [string, PartyIndex, Tamper, Expected])[] = [
  ["R1 commitment: too short", three, tamperBroadcast(1, (bytes) => bytes.slice(1)), provable("malformedMessage")],
  [
    "R1 a member who only receives sends a commitment",
    two,
    tamperBroadcast(1, (bytes) => new Uint8Array([...bytes, ...new Uint8Array(32)])),
    provable("malformedMessage"),
  ],
  ["R2 echo: a bit flipped", three, tamperBroadcast(2, (bytes) => flip(bytes, 0)), nobody("echoMismatch")],
  ["R2 echo of a mere receiver", two, tamperBroadcast(2, (bytes) => flip(bytes, 0)), nobody("echoMismatch")],
  ["R2 base OT: no point", two, tamperDirect(2, (bytes) => overwrite(bytes, 0, NO_POINT), one), pairwise("pairSetup")],
  [
    "R2 base OT: no point, to the other side",
    one,
    tamperDirect(2, (bytes) => overwrite(bytes, 0, NO_POINT), two),
    pairwise("pairSetup"),
  ],
  ["R4 trees: the last digest", one, tamperDirect(4, (bytes) => flip(bytes, -1), two), pairwise("pairSetup")],
  [
    "R3 constant term changed after committing",
    three,
    tamperBroadcast(3, (bytes) => overwrite(bytes, OPENING.constant, OTHER_POINT)),
    provable("commitmentOpening"),
  ],
  [
    "R3 slope changed after committing",
    three,
    tamperBroadcast(3, (bytes) => overwrite(bytes, OPENING.slope, OTHER_POINT)),
    provable("commitmentOpening"),
  ],
  [
    "R3 salt: a bit flipped",
    one,
    tamperBroadcast(3, (bytes) => flip(bytes, OPENING.salt)),
    provable("commitmentOpening"),
  ],
  [
    "R3 slope: the identity",
    three,
    tamperBroadcast(3, (bytes) => overwrite(bytes, OPENING.slope, NO_POINT)),
    provable("malformedMessage"),
  ],
  ["R3 |G| = t' - 1", three, tamperBroadcast(3, (bytes) => bytes.slice(33)), provable("malformedMessage")],
  [
    "R3 |G| = t' + 1",
    three,
    tamperBroadcast(3, (bytes) => new Uint8Array([...OTHER_POINT, ...bytes])),
    provable("malformedMessage"),
  ],
  ["R3 proofs: one missing", three, tamperBroadcast(3, (bytes) => bytes.slice(0, -65)), provable("malformedMessage")],
  [
    "R3 proof: response not below q",
    three,
    tamperBroadcast(3, (bytes) => overwrite(bytes, OPENING.proof + 33, TOO_LARGE)),
    provable("malformedMessage"),
  ],
  [
    "R3 proof: response changed",
    three,
    tamperBroadcast(3, (bytes) => flip(bytes, OPENING.proof + 64)),
    provable("proofOfKnowledge"),
  ],
  [
    "R3 proof: the one of another coefficient",
    three,
    tamperBroadcast(3, (bytes) =>
      overwrite(bytes, OPENING.secondProof, bytes.slice(OPENING.proof, OPENING.secondProof)),
    ),
    provable("proofOfKnowledge"),
  ],
  ["R3 chain code: wrong", three, tamperDirect(3, (bytes) => flip(bytes, 0), one), provable("chainCodeMismatch")],
  ["R3 chain code: missing", three, tamperDirect(3, () => new Uint8Array(0), one), provable("malformedMessage")],
  ["R3 trees: the last digest", two, tamperDirect(3, (bytes) => flip(bytes, -1), one), pairwise("pairSetup")],
  ["R4 echo: a bit flipped", three, tamperBroadcast(4, (bytes) => flip(bytes, 0)), nobody("echoMismatch")],
  ["R4 share: off by one", three, tamperDirect(4, (bytes) => flip(bytes, 31), one), provable("feldmanShare")],
  [
    "R4 share: zero",
    three,
    tamperDirect(4, (bytes) => overwrite(bytes, 0, new Uint8Array(32)), one),
    provable("feldmanShare"),
  ],
  [
    "R4 share: not below q",
    three,
    tamperDirect(4, (bytes) => overwrite(bytes, 0, TOO_LARGE), one),
    provable("malformedMessage"),
  ],
  ["R4 share of a dealer who stays", one, tamperDirect(4, (bytes) => flip(bytes, 31), two), provable("feldmanShare")],
  ["R4 zero half: too short", two, tamperDirect(4, (bytes) => bytes.slice(1), one), provable("malformedMessage")],
  ["R5 proof of the share: changed", two, tamperBroadcast(5, (bytes) => flip(bytes, 64)), provable("keyShareProof")],
  [
    "R5 setup hash: changed after proving",
    two,
    tamperBroadcast(5, (bytes) => flip(bytes, 65)),
    provable("keyShareProof"),
  ],
  ["R5 record hash of a new member", two, tamperBroadcast(5, (bytes) => flip(bytes, 97)), provable("recordMismatch")],
  [
    "R5 record hash of a leaving dealer",
    three,
    tamperBroadcast(5, (bytes) => flip(bytes, 0)),
    provable("recordMismatch"),
  ],
  ["R5 record signature: changed", two, tamperBroadcast(5, (bytes) => flip(bytes, 130)), provable("recordSignature")],
  [
    "R5 proof: no point",
    two,
    tamperBroadcast(5, (bytes) => overwrite(bytes, 0, NO_POINT)),
    provable("malformedMessage"),
  ],
];

describe("a party that cheats", () => {
  it.each(CHEATS)("%s", { timeout: 120_000 }, (_name, cheater, tamper, expected) => {
    const report = runReshare(handover, new Map([[cheater, tamper]]));
    expectAbort(report, cheater === one ? two : one, [cheater], expected);
  });

  it("leaves the old shares as they were: they sign", { timeout: 120_000 }, () => {
    runReshare(handover, new Map([[three, tamperDirect(4, (bytes) => flip(bytes, 31))]]));
    expectSigns(handover.old, handover.shares, [one, three]);
    expectSigns(handover.old, handover.shares, [two, three]);
  });

  it("gives one new member a wrong chain code: that one can prove it", { timeout: 120_000 }, () => {
    const tamper = tamperDirect(3, (bytes) => flip(bytes, 5), two);
    const report = runReshare(handover, new Map([[three, tamper]]));
    expectAbort(report, two, [three], provable("chainCodeMismatch"));
    expect(report.outputs.size).toBe(0);
  });

  it("copies another dealer's commitment: stopped, nobody named", () => {
    const honest = runReshare(createHandover(), new Map(), { intercept: () => [] });
    const first = must(honest.deliveries.find(({ from }) => from === one)).frame;
    const copied = first.slice(295 + 65, 295 + 97);
    const report = runReshare(handover, new Map([[three, tamperBroadcast(1, () => copied)]]));
    for (const seat of [one, two]) expectAbort(report, seat, [], nobody("commitmentReused"));
  });

  it("equivocates about its commitment: all stop with the views to exchange", { timeout: 120_000 }, () => {
    const report = runReshare(handover, new Map(), {
      cheaters: [three],
      intercept(delivery) {
        if (delivery.from !== three || delivery.to !== two || roundOf(delivery.frame) !== 1) return [delivery];
        const identity = handover.old.identityOf(three);
        const frame = resignFrame(delivery.frame, identity, ({ broadcast }) => ({ broadcast: flip(broadcast, 70) }));
        return [{ ...delivery, frame }];
      },
    });
    for (const seat of [one, two]) {
      expect(abortOf(report, seat)).toMatchObject({ code: "viewMismatch", culprits: [] });
      expect(abortOf(report, seat).evidence.map(({ kind }) => kind)).toEqual(["view"]);
    }
  });
});

/** A dealer who does all as it should, with another constant term: the sum of its share and `offset`, weighted. */
function dealsOffset(seat: PartyIndex, offset: bigint, share: KeyShare) {
  const s = scalarOf(share);
  const factor = multiplyScalars(reduce(s + offset), invertScalar(s));
  return startReshareAs(handover, seat, (terms, handle, nonce) =>
    openReshare(withWeight(terms, factor), handle, nonce, handover.next.rngOf(seat)),
  );
}

/** The terms with this party's own weight multiplied: the only thing that its constant term is computed from. */
function withWeight(terms: ReshareTerms, factor: bigint): ReshareTerms {
  const own = must(terms.dealers.get(terms.self));
  const changed = { ...own, weight: multiplyScalars(own.weight, factor) };
  return { ...terms, dealers: new Map(terms.dealers).set(terms.self, changed) };
}

describe("a dealer that deals another share than its own", () => {
  const weightedOffset = (seat: PartyIndex, d: bigint): bigint => {
    // λ_1 = 3 / (3 - 1) and λ_3 = 1 / (1 - 3) for T = {1, 3}.
    const weight =
      seat === one ? multiplyScalars(3n, invertScalar(2n)) : multiplyScalars(reduce(-1n), invertScalar(2n));
    return multiplyScalars(d, invertScalar(weight));
  };

  it("one dealer: named to everybody", { timeout: 120_000 }, () => {
    const start = dealsOffset(three, 1n, must(handover.shares.get(three)));
    const report = runReshare(handover, new Map(), {}, new Map([[three, start]]));
    for (const seat of [one, two]) expectAbort(report, seat, [three], provable("dealerAnchor"));
  });

  it("two dealers whose errors add up to nothing: both named, though the key would be right", {
    timeout: 120_000,
  }, () => {
    const starts = new Map(
      [one, three].map((seat) => {
        const offset = weightedOffset(seat, seat === one ? 77n : -77n);
        return [seat, dealsOffset(seat, offset, must(handover.shares.get(seat)))];
      }),
    );
    const report = runReshare(handover, new Map(), {}, starts);
    expectAbort(report, two, [one, three], provable("dealerAnchor"));
  });

  it("deals its share of another epoch: named to everybody", { timeout: 120_000 }, () => {
    const stale = must(dealKeyShares(handover.old, "an earlier epoch").get(three));
    const start = startReshareAs(handover, three, (terms, handle, nonce) =>
      openReshare({ ...terms, share: stale }, handle, nonce, handover.next.rngOf(three)),
    );
    const report = runReshare(handover, new Map(), {}, new Map([[three, start]]));
    expectAbort(report, two, [three], provable("dealerAnchor"));
  });
});

describe("a new share of zero", () => {
  it("is stopped, and nobody is named", { timeout: 120_000 }, () => {
    // S'_2 = sk + 2 (a_1 + a_3), so a_1 + a_3 = -sk / 2 makes it the identity.
    const key = interpolate(new Map([one, two].map((party) => [party, scalarOf(handover.shares.get(party))])));
    const slopes = new Map([
      [one, 5n],
      [three, reduce(-multiplyScalars(key, invertScalar(2n)) - 5n)],
    ]);
    const starts = new Map(
      [...slopes].map(([seat, slope]) => [
        seat,
        startReshareAs(handover, seat, (terms, _handle, nonce) => {
          const share = must(terms.share);
          const constant = multiplyScalars(must(terms.dealers.get(seat)).weight, scalarOf(share));
          const dealt = { coefficients: [constant, slope], salt: new Uint8Array(32).fill(seat) };
          return openWith(terms, commitDealing(terms, share, nonce, dealt));
        }),
      ]),
    );
    const report = runReshare(handover, new Map(), {}, starts);
    for (const seat of [one, two, three]) expectAbort(report, seat, [], nobody("zeroKeyShare"));
  });
});
