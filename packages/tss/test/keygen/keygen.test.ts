import { beforeAll, describe, expect, it } from "vitest";
import {
  type Abort,
  type AbortCode,
  compareViews,
  decodeKeyShare,
  encodeKeyShare,
  type KeygenOutput,
  type PartyIndex,
  partyIndex,
  recordHash,
  startKeygen,
} from "../../src/index.ts";
import { createKeygenTerms } from "../../src/keygen/terms.ts";
import { exposeKeyShare } from "../../src/keyshare/key-share.ts";
import { lagrangeCoefficient } from "../../src/math/lagrange.ts";
import { encodePoint, GENERATOR, multiplyBase } from "../../src/math/point.ts";
import { encodeScalar, reduce } from "../../src/math/scalar.ts";
import { type Committee, createCommittee, must } from "../harness/committee.ts";
import { expectProven } from "../harness/evidence.ts";
import { type Report, shuffledBy } from "../harness/pump.ts";
import { scriptedRng, wideScalar } from "../harness/scripted-rng.ts";
import { runKeygen } from "../harness/sessions.ts";
import {
  flip,
  overwrite,
  resignFrame,
  roundOf,
  type Tamper,
  tamperBroadcast,
  tamperDirect,
} from "../harness/tamper.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const [one, two, three] = [1, 2, 3].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex];

const OTHER_POINT = encodePoint(GENERATOR.multiply(12345n));
const NO_POINT = new Uint8Array(33);
const TOO_LARGE = new Uint8Array(32).fill(0xff);

/** Offsets in the opening of t = 2: F (66), chain-code part (32), salt (32), proofs (130). */
const OPENING = { constant: 0, slope: 33, chainCode: 66, salt: 98, proof: 130, secondProof: 195 } as const;

function abortOf(report: Report<KeygenOutput>, party: PartyIndex): Abort {
  return must(report.aborts.get(party), `abort of party ${party}`);
}

describe("key generation among honest parties (2 of 3, shuffled delivery)", () => {
  const committee = createCommittee(2, 3, "keygen");
  let report: Report<KeygenOutput>;
  const outputOf = (party: PartyIndex): KeygenOutput => must(report.outputs.get(party));

  beforeAll(() => {
    report = runKeygen(committee, new Map(), { pick: shuffledBy(seededRng(`${TEST_SEED}/keygen-order`)) });
  }, 180_000);

  it("gives everybody the same record, confirmed by all", () => {
    expect(report.outputs.size).toBe(3);
    expect(report.ignored).toEqual([]);
    for (const output of report.outputs.values()) {
      expect(output.record).toEqual(outputOf(one).record);
      expect(output.recordHash).toEqual(recordHash(outputOf(one).record));
      expect(output.recordSignatures).toEqual(outputOf(one).recordSignatures);
      expect([...output.recordSignatures.keys()]).toEqual([1, 2, 3]);
    }
  });

  it("shares one key: any two shares interpolate to it, one does not", () => {
    const secret = (party: PartyIndex): bigint => exposeKeyShare(outputOf(party).share).share.expose();
    for (const subset of [
      [one, two],
      [one, three],
      [two, three],
      [one, two, three],
    ]) {
      const sk = subset.reduce((sum, party) => reduce(sum + lagrangeCoefficient(subset, party) * secret(party)), 0n);
      expect(encodePoint(multiplyBase(sk))).toEqual(outputOf(one).record.groupKey);
    }
    expect(new Set(committee.members.map(secret)).size).toBe(3);
  });

  it("gives each pair a common zero seed and matching pair state, fresh for each partner", () => {
    const secrets = (party: PartyIndex) => exposeKeyShare(outputOf(party).share);
    const deltas = new Set<string>();
    for (const a of committee.members) {
      for (const b of committee.members) {
        if (a === b) continue;
        expect(must(secrets(a).zeroSeeds.get(b))).toEqual(must(secrets(b).zeroSeeds.get(a)));
        const { alice } = must(secrets(a).pairs.get(b));
        const { bob } = must(secrets(b).pairs.get(a));
        deltas.add(Buffer.from(alice.delta).toString("hex"));
        for (let block = 0; block < 32; block++) {
          const missing = (must(alice.delta[block >>> 1]) >>> (4 * (block & 1))) & 15;
          for (let e = 1; e < 16; e++) {
            const known = alice.leaves.subarray((block * 15 + e - 1) * 16, (block * 15 + e) * 16);
            const at = (block * 16 + (missing ^ e)) * 16;
            expect(known).toEqual(bob.leaves.subarray(at, at + 16));
          }
        }
      }
    }
    expect(deltas.size).toBe(6);
    const chainCodes = committee.members.map((party) => Buffer.from(secrets(party).chainCode).toString("hex"));
    expect(new Set(chainCodes).size).toBe(1);
  });

  it("gives shares that can be stored", () => {
    const { share } = outputOf(two);
    const loaded = decodeKeyShare(encodeKeyShare(share), { domain: committee.domain, self: two });
    expect(loaded.recordHash).toEqual(outputOf(one).recordHash);
  });

  it("puts no secret of the result into a frame", () => {
    const secrets = [...report.outputs.values()].flatMap(({ share }) => {
      const content = exposeKeyShare(share);
      return [encodeScalar(content.share.expose()), content.chainCode, ...content.zeroSeeds.values()];
    });
    for (const { frame } of report.deliveries) {
      for (const secret of secrets) expect(Buffer.from(frame).includes(Buffer.from(secret))).toBe(false);
    }
  });

  it("sends the bytes that the document promises", () => {
    const lengthsOf = (sender: PartyIndex, recipient: PartyIndex) =>
      report.deliveries
        .filter(({ from, to }) => from === sender && to === recipient)
        .sort((a, b) => roundOf(a.frame) - roundOf(b.frame))
        .map(({ frame }) => frame.length);
    const overhead = 301;
    const direct = 2 * 32 + 32 + 16;
    const broadcasts = [65 + 32, 32 + direct, 66 + 64 + 130 + direct, 32 + direct + 64, 65 + 32 + 32 + 64];
    const expected = (setups: readonly number[]) => broadcasts.map((bytes, i) => overhead + bytes + (setups[i] ?? 0));
    // Party 1 is Alice of the first direction with party 2, and Bob with party 3.
    expect(lengthsOf(one, two)).toEqual(expected([0, 8_448, 0, 5_120, 0]));
    expect(lengthsOf(two, one)).toEqual(expected([0, 33, 5_120 + 4_624, 0, 0]));
    expect(lengthsOf(three, one)).toEqual(lengthsOf(one, two));
    expect(lengthsOf(one, three)).toEqual(lengthsOf(two, one));
  });
});

type Expected = { readonly code: AbortCode; readonly names: boolean; readonly isPublic: boolean };
const provable = (code: AbortCode): Expected => ({ code, names: true, isPublic: true });
const pairwise = (code: AbortCode): Expected => ({ code, names: true, isPublic: false });
const nobody = (code: AbortCode): Expected => ({ code, names: false, isPublic: false });

const CHEATS: readonly (readonly [string, Tamper, Expected])[] = [
  ["R1 commitment: too short", tamperBroadcast(1, (bytes) => bytes.slice(1)), provable("malformedMessage")],
  ["R2 echo: a bit flipped", tamperBroadcast(2, (bytes) => flip(bytes, 0)), nobody("echoMismatch")],
  ["R2 base OT as Alice: no point", tamperDirect(2, (bytes) => overwrite(bytes, 0, NO_POINT)), pairwise("pairSetup")],
  ["R2 base OT: too short", tamperDirect(2, (bytes) => bytes.slice(33)), provable("malformedMessage")],
  [
    "R3 constant term: another point",
    tamperBroadcast(3, (bytes) => overwrite(bytes, OPENING.constant, OTHER_POINT)),
    provable("commitmentOpening"),
  ],
  [
    "R3 slope: another point",
    tamperBroadcast(3, (bytes) => overwrite(bytes, OPENING.slope, OTHER_POINT)),
    provable("commitmentOpening"),
  ],
  [
    "R3 slope: the identity",
    tamperBroadcast(3, (bytes) => overwrite(bytes, OPENING.slope, NO_POINT)),
    provable("malformedMessage"),
  ],
  ["R3 |F| = t - 1", tamperBroadcast(3, (bytes) => bytes.slice(33)), provable("malformedMessage")],
  [
    "R3 |F| = t + 1",
    tamperBroadcast(3, (bytes) => new Uint8Array([...OTHER_POINT, ...bytes])),
    provable("malformedMessage"),
  ],
  [
    "R3 chain-code part: a bit flipped",
    tamperBroadcast(3, (bytes) => flip(bytes, OPENING.chainCode)),
    provable("commitmentOpening"),
  ],
  ["R3 salt: a bit flipped", tamperBroadcast(3, (bytes) => flip(bytes, OPENING.salt)), provable("commitmentOpening")],
  [
    "R3 proof: response changed",
    tamperBroadcast(3, (bytes) => flip(bytes, OPENING.proof + 64)),
    provable("proofOfKnowledge"),
  ],
  [
    "R3 proof: the one of another coefficient",
    tamperBroadcast(3, (bytes) =>
      overwrite(bytes, OPENING.secondProof, bytes.slice(OPENING.proof, OPENING.secondProof)),
    ),
    provable("proofOfKnowledge"),
  ],
  [
    "R3 proof: response not below q",
    tamperBroadcast(3, (bytes) => overwrite(bytes, OPENING.proof + 33, TOO_LARGE)),
    provable("malformedMessage"),
  ],
  ["R3 proofs: one missing", tamperBroadcast(3, (bytes) => bytes.slice(0, -65)), provable("malformedMessage")],
  ["R3 pair setup: a byte where none belongs", tamperDirect(3, () => new Uint8Array(1)), provable("malformedMessage")],
  ["R4 echo: a bit flipped", tamperBroadcast(4, (bytes) => flip(bytes, 0)), nobody("echoMismatch")],
  ["R4 share: off by one", tamperDirect(4, (bytes) => flip(bytes, 31)), provable("feldmanShare")],
  ["R4 share: zero", tamperDirect(4, (bytes) => overwrite(bytes, 0, new Uint8Array(32))), provable("feldmanShare")],
  ["R4 share: not below q", tamperDirect(4, (bytes) => overwrite(bytes, 0, TOO_LARGE)), provable("malformedMessage")],
  ["R4 trees: both sums of a level", tamperDirect(4, (bytes) => flip(flip(bytes, 64), 80)), pairwise("pairSetup")],
  ["R4 trees: the last digest", tamperDirect(4, (bytes) => flip(bytes, -1)), pairwise("pairSetup")],
  ["R4 trees: too short", tamperDirect(4, (bytes) => bytes.slice(0, -1)), provable("malformedMessage")],
  ["R5 proof of the share: changed", tamperBroadcast(5, (bytes) => flip(bytes, 64)), provable("keyShareProof")],
  ["R5 setup hash: changed after proving", tamperBroadcast(5, (bytes) => flip(bytes, 65)), provable("keyShareProof")],
  ["R5 record hash: changed", tamperBroadcast(5, (bytes) => flip(bytes, 97)), provable("recordMismatch")],
  ["R5 record signature: changed", tamperBroadcast(5, (bytes) => flip(bytes, 130)), provable("recordSignature")],
  ["R5 proof: no point", tamperBroadcast(5, (bytes) => overwrite(bytes, 0, NO_POINT)), provable("malformedMessage")],
];

/** Offsets in the second message of Bob of the first direction: trees (5,120), then u (2,560), x (16), t (2,048). */
const ANSWER = { trees: 0, lastDigest: 5119, corrections: 5120, x: 7680, t: 7696 } as const;

const BOB_CHEATS: readonly (readonly [string, Tamper])[] = [
  ["R2 base OT: no point", tamperDirect(2, (bytes) => overwrite(bytes, 0, NO_POINT))],
  ["R2 base OT: another point", tamperDirect(2, (bytes) => overwrite(bytes, 0, OTHER_POINT))],
  ["R3 trees: both sums of a level", tamperDirect(3, (bytes) => flip(flip(bytes, ANSWER.trees), ANSWER.trees + 16))],
  ["R3 trees: the last digest", tamperDirect(3, (bytes) => flip(bytes, ANSWER.lastDigest))],
  ["R3 extension: a correction", tamperDirect(3, (bytes) => flip(bytes, ANSWER.corrections))],
  ["R3 extension: x", tamperDirect(3, (bytes) => flip(bytes, ANSWER.x))],
  ["R3 extension: t", tamperDirect(3, (bytes) => flip(bytes, ANSWER.t))],
];

describe("a partner that cheats as Bob of the first direction (2 of 2)", () => {
  it.each(BOB_CHEATS)("%s", { timeout: 180_000 }, (_name, tamper) => {
    const report = runKeygen(createCommittee(2, 2, "cheating-bob"), new Map([[two, tamper]]));
    const expected = { code: "pairSetup", severity: "retry", culprits: [2], blame: "pairwise", evidence: [] };
    expect(abortOf(report, one)).toMatchObject(expected);
    expect(report.outputs.has(one)).toBe(false);
  });
});

describe("a dealer that cheats (2 of 2)", () => {
  it.each(CHEATS)("%s", { timeout: 180_000 }, (_name, tamper, expected) => {
    const committee = createCommittee(2, 2, "cheat");
    const report = runKeygen(committee, new Map([[one, tamper]]));
    const abort = abortOf(report, two);
    expect(abort).toMatchObject({ code: expected.code, severity: "retry", culprits: expected.names ? [1] : [] });
    expect(abort.blame).toBe(expected.isPublic ? "public" : expected.names ? "pairwise" : "nobody");
    expect(abort.evidence.map(({ kind }) => kind)).toEqual(expected.isPublic ? ["messages"] : []);
    if (expected.isPublic) expectProven(abort.evidence, committee, [one], expected.code);
    expect(report.outputs.has(two)).toBe(false);
  });

  it("a share of zero is handled like any other value", { timeout: 180_000 }, () => {
    // f_1(2) = a_0 + 2 a_1 = 0 for a_0 = -2 a_1: chosen through the dealer's random source.
    const report = runKeygen(withPolynomials(new Map([[one, [-10n, 5n]]])));
    expect(report.outputs.size).toBe(2);
  });

  it("a group key that is the identity: stopped, nobody named", { timeout: 180_000 }, () => {
    const report = runKeygen(
      withPolynomials(
        new Map([
          [one, [7n, 5n]],
          [two, [-7n, 6n]],
        ]),
      ),
    );
    for (const party of [one, two])
      expect(abortOf(report, party)).toMatchObject({ ...unnamed, code: "groupKeyIdentity" });
  });

  it("a sum of shares that is zero: stopped, nobody named", { timeout: 180_000 }, () => {
    // s_2 = 1 + 2·2 + 1 - 3·2 = 0.
    const report = runKeygen(
      withPolynomials(
        new Map([
          [one, [1n, 2n]],
          [two, [1n, -3n]],
        ]),
      ),
    );
    for (const party of [one, two]) expect(abortOf(report, party)).toMatchObject({ ...unnamed, code: "zeroKeyShare" });
  });
});

const unnamed = { severity: "retry", culprits: [], blame: "nobody" };

/** A committee of two whose polynomials a test chooses: draws 5 and 6 of a party are its coefficients. */
function withPolynomials(polynomials: ReadonlyMap<PartyIndex, readonly [bigint, bigint]>): Committee {
  const committee = createCommittee(2, 2, "scripted");
  const rngs = new Map(
    committee.members.map((party) => {
      const [constant, slope] = polynomials.get(party) ?? [];
      const script = new Map(
        [
          [5, constant],
          [6, slope],
        ].flatMap(([call, value]) => (value === undefined ? [] : [[Number(call), wideScalar(BigInt(value))] as const])),
      );
      return [party, scriptedRng(committee.rngOf(party), (call) => script.get(call)).rng] as const;
    }),
  );
  return { ...committee, rngOf: (party) => must(rngs.get(party)) };
}

describe("a dealer that cheats among three", () => {
  const committee = (label: string): Committee => createCommittee(2, 3, label);

  function rewriteFirst(
    among: Committee,
    round: number,
    change: (broadcast: Uint8Array) => Uint8Array,
    to?: PartyIndex,
  ): Report<KeygenOutput> {
    return runKeygen(among, new Map(), {
      cheaters: [one],
      intercept(delivery) {
        const isMatch =
          delivery.from === one && roundOf(delivery.frame) === round && (to ?? delivery.to) === delivery.to;
        if (!isMatch) return [delivery];
        const frame = resignFrame(delivery.frame, among.identityOf(one), ({ broadcast }) => ({
          broadcast: change(broadcast),
        }));
        return [{ ...delivery, frame }];
      },
    });
  }

  /** Parties 2 and 3 stop without a name; what each sends the other proves to anybody who did it. */
  function expectConvicted(among: Committee, report: Report<KeygenOutput>): void {
    const views = [two, three].map((party) => {
      const abort = abortOf(report, party);
      expect(abort).toMatchObject({ code: "viewMismatch", severity: "retry", culprits: [] });
      const [view] = abort.evidence;
      if (view?.kind !== "view") throw new TypeError("no view");
      return view;
    });
    const found = compareViews(must(views[0]), must(views[1]));
    if (found.kind !== "equivocation") throw new TypeError(found.kind);
    expectProven([found.evidence], among, [one], "equivocation");
  }

  it("copies another party's commitment: stopped, nobody named", () => {
    const among = committee("copy");
    const coms = new Map<PartyIndex, Uint8Array>();
    const report = runKeygen(among, new Map(), {
      cheaters: [one],
      // Party 1 waits until it has seen the others' commitments.
      pick: (queued) => queued - 1,
      intercept(delivery) {
        if (roundOf(delivery.frame) !== 1) return [delivery];
        if (delivery.from !== one) {
          coms.set(delivery.from, delivery.frame.slice(295 + 65, 295 + 97));
          return [delivery];
        }
        return [];
      },
    });
    const original = must(report.deliveries.find(({ from, to }) => from === one && to === three)).frame;
    const frame = resignFrame(original, among.identityOf(one), ({ broadcast }) => ({
      broadcast: overwrite(broadcast, 65, must(coms.get(two))),
    }));
    const replay = runKeygen(committee("copy"), new Map(), {
      cheaters: [one],
      intercept: (delivery) =>
        delivery.from === one && roundOf(delivery.frame) === 1 ? [{ ...delivery, frame }] : [delivery],
    });
    expect(abortOf(replay, three)).toMatchObject({
      code: "commitmentReused",
      severity: "retry",
      culprits: [],
      blame: "nobody",
    });
  });

  it("equivocates about its commitment: all stop in round 2 with the views to exchange", () => {
    const among = committee("equivocate");
    expectConvicted(
      among,
      rewriteFirst(among, 1, (bytes) => flip(bytes, 70), two),
    );
  });

  it("copies a proof of knowledge from another party: the proof is bound to its prover", { timeout: 180_000 }, () => {
    let stolen: Uint8Array | undefined;
    const among = committee("steal");
    const report = runKeygen(
      among,
      new Map([
        [
          one,
          (outgoing, round) =>
            round === 3
              ? { ...outgoing, broadcast: overwrite(outgoing.broadcast, OPENING.proof, must(stolen)) }
              : outgoing,
        ],
      ]),
      {
        // Party 1 runs round 2 after party 2 did, so that it speaks after party 2 in round 3.
        intercept(delivery) {
          if (roundOf(delivery.frame) === 3 && delivery.from === two) {
            stolen ??= delivery.frame.slice(295 + OPENING.proof, 295 + OPENING.proof + 130);
          }
          return [delivery];
        },
      },
    );
    expect(abortOf(report, three)).toMatchObject({ code: "proofOfKnowledge", culprits: [1], blame: "public" });
  });

  it("sends one bad share: its victim can prove it, the other sees nothing", { timeout: 180_000 }, () => {
    const report = runKeygen(committee("victim"), new Map([[one, tamperDirect(4, (bytes) => flip(bytes, 31), two)]]));
    expect(abortOf(report, two)).toMatchObject({ code: "feldmanShare", culprits: [1], blame: "public" });
    expect(report.aborts.has(three)).toBe(false);
    expect(report.outputs.size).toBe(0);
  });
});

describe("terms of a key generation", () => {
  const committee = createCommittee(2, 3, "terms");
  const input = {
    domain: committee.domain,
    attempt: 0n,
    self: one,
    parties: committee.parties,
    minSigners: 2,
    identity: committee.identityOf(one),
  };
  const twin = new Map(committee.parties).set(three, must(committee.parties.get(two)));
  const cases: readonly (readonly [string, Partial<typeof input>, string])[] = [
    ["minSigners of 1", { minSigners: 1 }, "invalidParties"],
    ["minSigners above n", { minSigners: 4 }, "invalidParties"],
    ["a fraction of signers", { minSigners: 2.5 }, "invalidParties"],
    ["one party only", { parties: new Map([...committee.parties].slice(0, 1)) }, "invalidParties"],
    ["self outside the committee", { self: partyIndex(9) }, "invalidParties"],
    ["two parties with one key", { parties: twin }, "invalidParties"],
    ["a key that is no point", { parties: new Map(committee.parties).set(two, NO_POINT) }, "invalidParties"],
    ["another identity key", { identity: committee.identityOf(two) }, "invalidIdentityKey"],
    ["epoch 0", { domain: { ...committee.domain, epoch: 0n } }, "invalidDomain"],
    ["chain 0", { domain: { ...committee.domain, chainId: 0n } }, "invalidDomain"],
    ["a short key id", { domain: { ...committee.domain, keyId: new Uint8Array(31) } }, "invalidDomain"],
    ["a short contract", { domain: { ...committee.domain, verifyingContract: new Uint8Array(19) } }, "invalidDomain"],
    ["a negative attempt", { attempt: -1n }, "integerOutOfRange"],
  ];

  it("name everybody but this party as the others", () => {
    expect(createKeygenTerms({ ...input, self: two }).others).toEqual([one, three]);
  });

  it.each(cases)("%s: a typed error before any message", (_name, change, code) => {
    expect(() => startKeygen({ ...input, ...change }, committee.rngOf(one))).toThrowError(
      expect.objectContaining({ code }),
    );
  });
});
