import { beforeEach, describe, expect, it } from "vitest";
import {
  type Abort,
  type AbortCode,
  burnPair,
  decodeKeyShare,
  encodeKeyShare,
  type KeyShare,
  type PartyIndex,
  type Presignature,
  partyIndex,
  receive,
  startPresign,
  startPresignBatch,
  startSigning,
  usablePartners,
  wipeKeyShare,
} from "../../src/index.ts";
import { intentDigest } from "../../src/intent/intent.ts";
import { exposeKeyShare, KeyShare as KeyShareClass } from "../../src/keyshare/key-share.ts";
import { encodePoint, GENERATOR } from "../../src/math/point.ts";
import { encodeScalar, reduce } from "../../src/math/scalar.ts";
import { Secret } from "../../src/math/secret.ts";
import { pairsWith } from "../../src/presign/extensions.ts";
import { commitNonces, onlyOne, openPresign } from "../../src/presign/start.ts";
import { createPresignTerms } from "../../src/presign/terms.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { expectProven } from "../harness/evidence.ts";
import { type PumpOptions, pump, type Report, shuffledBy } from "../harness/pump.ts";
import { stuckLater } from "../harness/scripted-rng.ts";
import {
  type PresignSetup,
  presignInput,
  runPresign,
  runSigning,
  sampleIntent,
  signingInput,
  startPresignAs,
} from "../harness/sessions.ts";
import {
  flip,
  overwrite,
  resignFrame,
  roundOf,
  type Tamper,
  tamperBroadcast,
  tamperDirect,
} from "../harness/tamper.ts";
import { expectValid } from "../harness/verify.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const [one, two, three, four] = [1, 2, 3, 4].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex, PartyIndex];
const committee = createCommittee(2, 3, "presign");

/** Offsets inside the round-3 direct payload: corrections, eta, mu, Γu, Γv, ψ. */
const OFFSET = { correction: 0, eta: 49_152, mu: 49_184, gammaU: 49_216, gammaV: 49_249, psi: 49_282 } as const;

const OTHER_POINT = encodePoint(GENERATOR.multiply(12345n));
const NO_POINT = new Uint8Array(33);
const TOO_LARGE = new Uint8Array(32).fill(0xff);

let shares: ReadonlyMap<PartyIndex, KeyShare>;
let setup: PresignSetup;

beforeEach(() => {
  shares = dealKeyShares(committee);
  setup = { committee, shares, signers: [one, three] };
});

function abortOf(report: Report<Presignature>, party: PartyIndex): Abort {
  return must(report.aborts.get(party), `abort of party ${party}`);
}

describe("presigning among honest parties", () => {
  it.each([
    [one, two],
    [one, three],
    [three, two],
  ])("parties %i and %i get one presignature", (a, b) => {
    const report = runPresign({ ...setup, signers: [a, b] });
    expect(report.outputs.size).toBe(2);
    const [first, second] = [...report.outputs.values()];
    expect(first?.terms.id).toEqual(second?.terms.id);
    expect(first?.terms.noncePoint).toEqual(second?.terms.noncePoint);
    expect([...must(first).terms.parties.keys()]).toEqual([a, b].sort());
    expect(report.ignored).toEqual([]);
  });

  it("holds u = k φ and v = sk φ: the signature verifies (3 of 4, out of order)", () => {
    const wide = createCommittee(3, 4, "presign");
    const wideShares = dealKeyShares(wide);
    const pick = shuffledBy(seededRng(`${TEST_SEED}/presign-order`));
    const report = runPresign({ committee: wide, shares: wideShares, signers: [four, two, one] }, new Map(), { pick });
    const signed = runSigning(wide, report.outputs);
    expect(signed.outputs.size).toBe(3);
    const groupKey = must(wideShares.get(one)).record.groupKey;
    for (const signature of signed.outputs.values()) {
      expectValid(signature, intentDigest(sampleIntent(wide)), groupKey);
    }
  });

  it("runs many sessions of the same pair at once, all independent", () => {
    const starts = Array.from({ length: 6 }, (_, i) => {
      const numbered = { ...setup, purpose: `slot ${i}` };
      return new Map(
        setup.signers.map((party) => [party, startPresign(presignInput(numbered, party), committee.rngOf(party))]),
      );
    });
    const nonces = starts.map((sessions) => {
      const report = pump(sessions, { rngOf: committee.rngOf });
      return Buffer.from(must(report.outputs.get(one)).terms.noncePoint).toString("hex");
    });
    expect(new Set(nonces).size).toBe(6);
  });

  it("sends the bytes that the document promises", () => {
    const { deliveries } = runPresign(setup);
    const lengths = deliveries.filter(({ from }) => from === one).map(({ frame }) => frame.length);
    const overhead = 301;
    const direct = 32 + 32 + 16;
    expect(lengths).toEqual([
      overhead + 65 + 32,
      overhead + 32 + direct + 4624 + 32,
      overhead + 98 + direct + 49_314,
      overhead + 65,
    ]);
  });

  it("puts no secret of the key share into a frame", () => {
    const { deliveries } = runPresign(setup);
    const secrets = [...shares.values()].flatMap((share) => {
      const { share: s, chainCode, zeroSeeds, pairs } = exposeKeyShare(share);
      const pairBytes = [...pairs.values()].flatMap(({ alice, bob }) => [
        alice.delta,
        alice.leaves.slice(0, 16),
        bob.leaves.slice(0, 16),
      ]);
      return [encodeScalar(s.expose()), chainCode, ...zeroSeeds.values(), ...pairBytes];
    });
    for (const { frame } of deliveries) {
      const haystack = Buffer.from(frame);
      for (const secret of secrets) expect(haystack.includes(Buffer.from(secret))).toBe(false);
    }
  });
});

type Expected = { readonly code: AbortCode; readonly severity: "retry" | "ban"; readonly names: boolean };
const ban = (code: AbortCode): Expected => ({ code, severity: "ban", names: true });
const blame = (code: AbortCode): Expected => ({ code, severity: "retry", names: true });
const nobody = (code: AbortCode): Expected => ({ code, severity: "retry", names: false });

const CHEATS: readonly (readonly [string, Tamper, Expected])[] = [
  ["R1 commitment: too short", tamperBroadcast(1, (bytes) => bytes.slice(1)), blame("malformedMessage")],
  ["R2 digest: a bit flipped", tamperBroadcast(2, (bytes) => flip(bytes, 0)), nobody("echoMismatch")],
  ["R2 extension u: first block", tamperDirect(2, (bytes) => flip(bytes, 0)), ban("cotCheck")],
  ["R2 extension u: last block", tamperDirect(2, (bytes) => flip(bytes, 2559)), ban("cotCheck")],
  ["R2 extension x", tamperDirect(2, (bytes) => flip(bytes, 2560)), ban("cotCheck")],
  ["R2 extension t", tamperDirect(2, (bytes) => flip(bytes, 2576)), ban("cotCheck")],
  ["R2 extension: too short", tamperDirect(2, (bytes) => bytes.slice(1)), blame("malformedMessage")],
  ["R3 R: another point", tamperBroadcast(3, (bytes) => overwrite(bytes, 0, OTHER_POINT)), blame("commitmentOpening")],
  ["R3 R: no point", tamperBroadcast(3, (bytes) => overwrite(bytes, 0, NO_POINT)), blame("malformedMessage")],
  ["R3 salt: a bit flipped", tamperBroadcast(3, (bytes) => flip(bytes, 33)), blame("commitmentOpening")],
  ["R3 pk: another point", tamperBroadcast(3, (bytes) => overwrite(bytes, 65, OTHER_POINT)), ban("inputConsistency")],
  ["R3 pk: no point", tamperBroadcast(3, (bytes) => overwrite(bytes, 65, NO_POINT)), blame("malformedMessage")],
  ["R3 correction of r", tamperDirect(3, (bytes) => flip(bytes, OFFSET.correction + 31)), ban("voleCheck")],
  ["R3 correction of sk", tamperDirect(3, (bytes) => flip(bytes, OFFSET.correction + 63)), ban("voleCheck")],
  ["R3 correction of the check", tamperDirect(3, (bytes) => flip(bytes, OFFSET.correction + 95)), ban("voleCheck")],
  ["R3 last correction", tamperDirect(3, (bytes) => flip(bytes, OFFSET.eta - 1)), ban("voleCheck")],
  ["R3 correction: not below q", tamperDirect(3, (bytes) => overwrite(bytes, 0, TOO_LARGE)), blame("malformedMessage")],
  ["R3 eta", tamperDirect(3, (bytes) => flip(bytes, OFFSET.eta + 31)), ban("voleCheck")],
  ["R3 mu", tamperDirect(3, (bytes) => flip(bytes, OFFSET.mu)), ban("voleCheck")],
  [
    "R3 Γu: another point",
    tamperDirect(3, (bytes) => overwrite(bytes, OFFSET.gammaU, OTHER_POINT)),
    ban("inputConsistency"),
  ],
  [
    "R3 Γv: another point",
    tamperDirect(3, (bytes) => overwrite(bytes, OFFSET.gammaV, OTHER_POINT)),
    ban("inputConsistency"),
  ],
  ["R3 Γu: no point", tamperDirect(3, (bytes) => overwrite(bytes, OFFSET.gammaU, NO_POINT)), blame("malformedMessage")],
  ["R3 Γv: no point", tamperDirect(3, (bytes) => overwrite(bytes, OFFSET.gammaV, NO_POINT)), blame("malformedMessage")],
  ["R3 ψ: not below q", tamperDirect(3, (bytes) => overwrite(bytes, OFFSET.psi, TOO_LARGE)), blame("malformedMessage")],
  ["R3 answer: too long for the signed length", tamperDirect(3, (bytes) => bytes.slice(1)), blame("malformedMessage")],
  ["R4 view: a bit flipped", tamperBroadcast(4, (bytes) => flip(bytes, 0)), nobody("echoMismatch")],
  ["R4 R: another point", tamperBroadcast(4, (bytes) => overwrite(bytes, 32, OTHER_POINT)), nobody("echoMismatch")],
  ["R4 R: no point", tamperBroadcast(4, (bytes) => overwrite(bytes, 32, NO_POINT)), blame("malformedMessage")],
];

describe("a signer that cheats", () => {
  it.each(CHEATS)("%s", (_name, tamper, expected) => {
    const report = runPresign(setup, new Map([[one, tamper]]));
    const abort = abortOf(report, three);
    expect(abort).toMatchObject({
      code: expected.code,
      severity: expected.severity,
      culprits: expected.names ? [1] : [],
    });
    expect(report.outputs.has(three)).toBe(false);
    expect(abort.evidence.map((evidence) => evidence.kind)).toEqual(abort.blame === "public" ? ["messages"] : []);
    if (abort.blame === "public") {
      expectProven(abort.evidence, setup.committee, [one], abort.code);
    }
    const isBurnt = !usablePartners(must(shares.get(three))).has(one);
    expect(isBurnt).toBe(expected.severity === "ban");
  });

  it.each([0, OFFSET.eta])("signs a scalar that is not below q: the evidence opens it (offset %i)", (offset) => {
    const tamper = tamperDirect(3, (bytes) => overwrite(bytes, offset, TOO_LARGE));
    const { evidence } = abortOf(runPresign(setup, new Map([[one, tamper]])), three);
    const [proof] = evidence;
    if (proof?.kind !== "messages") throw new TypeError("evidence is missing");
    expect(must(proof.direct).payload.slice(offset, offset + 32)).toEqual(TOO_LARGE);
    expectProven([proof], setup.committee, [one], "malformedMessage");
  });

  it("copies a commitment: nobody can tell who was first", () => {
    let copied = new Uint8Array(32);
    const report = runPresign(setup, new Map([[one, (outgoing) => outgoing]]), {
      intercept(delivery) {
        if (roundOf(delivery.frame) !== 1) return [delivery];
        if (delivery.from === one) return [];
        copied = resignFrame(delivery.frame, committee.identityOf(three), () => ({})).slice();
        return [delivery];
      },
    });
    const victim = must(report.sessions.get(three));
    const com = copied.slice(295 + 65, 295 + 97);
    const original = must(report.deliveries.find(({ from }) => from === one)).frame;
    const forged = resignFrame(original, committee.identityOf(one), ({ broadcast }) => ({
      broadcast: overwrite(broadcast, 65, com),
    }));
    const { effects } = receive(victim, one, forged, committee.rngOf(three));
    expect(effects).toMatchObject([
      { kind: "abort", abort: { code: "commitmentReused", culprits: [], severity: "retry" } },
    ]);
  });

  it("tampers towards one party only: that party bans, the others see silence", () => {
    const wide = createCommittee(3, 4, "presign");
    const wideShares = dealKeyShares(wide);
    const report = runPresign(
      { committee: wide, shares: wideShares, signers: [one, two, three] },
      new Map([[one, tamperDirect(2, (bytes) => flip(bytes, 5), two)]]),
    );
    expect(abortOf(report, two)).toMatchObject({ code: "cotCheck", severity: "ban", culprits: [1] });
    expect(report.aborts.has(three)).toBe(false);
    expect(usablePartners(must(wideShares.get(two)))).toEqual(new Set([3, 4]));
    expect(usablePartners(must(wideShares.get(three)))).toEqual(new Set([1, 2, 4]));
  });

  it("equivocates in its first message: all stop before anything touches Δ, and nobody is banned", () => {
    const wide = createCommittee(3, 4, "presign");
    const wideShares = dealKeyShares(wide);
    const report = runPresign({ committee: wide, shares: wideShares, signers: [one, two, three] }, new Map(), {
      cheaters: [one],
      intercept(delivery) {
        if (delivery.from !== one || delivery.to !== two || roundOf(delivery.frame) !== 1) return [delivery];
        const frame = resignFrame(delivery.frame, wide.identityOf(one), ({ broadcast }) => ({
          broadcast: flip(broadcast, 70),
        }));
        return [{ ...delivery, frame }];
      },
    });
    for (const party of [two, three]) {
      expect(abortOf(report, party)).toMatchObject({ code: "viewMismatch", severity: "retry", culprits: [] });
      expect(usablePartners(must(wideShares.get(party))).size).toBe(3);
    }
  });

  it("uses another zero share: the sum is wrong and nobody can be named", () => {
    const { share, chainCode, zeroSeeds, pairs } = exposeKeyShare(must(shares.get(one)));
    const wrongSeeds = new Map([...zeroSeeds].map(([party, seed]) => [party, flip(seed, 0)]));
    const wrong = new KeyShareClass(one, must(shares.get(one)).record, {
      share: new Secret(share.expose()),
      chainCode,
      zeroSeeds: wrongSeeds,
      pairs,
    });
    const report = runPresign({ ...setup, shares: new Map(shares).set(one, wrong) }, new Map(), { cheaters: [one] });
    expect(abortOf(report, three)).toMatchObject({
      code: "keySumMismatch",
      severity: "retry",
      culprits: [],
      blame: "nobody",
    });
  });

  it("chooses ψ wrongly: presigning succeeds, no signature comes out, nobody is named", () => {
    const report = runPresign(setup, new Map([[one, tamperDirect(3, (bytes) => flip(bytes, OFFSET.psi + 31))]]));
    expect(report.outputs.size).toBe(2);
    const signed = runSigning(committee, report.outputs, undefined, { cheaters: [one] });
    expect(signed.outputs.size).toBe(0);
    expect(must(signed.aborts.get(three))).toMatchObject({
      code: "invalidSignature",
      severity: "retry",
      culprits: [],
      blame: "nobody",
    });
    expect([...report.outputs.values()].every((presignature) => presignature.isConsumed)).toBe(true);
  });

  it("makes the nonces cancel: R is the identity, nobody is named", () => {
    let negated = 0n;
    const honest = startPresignAs(setup, three, (...args) => {
      const opening = openPresign(...args);
      const [r] = opening.kind === "opened" ? opening.stage.secrets : [];
      if (r instanceof Secret) negated = reduce(-BigInt(r.expose() as bigint));
      return opening;
    });
    const cheat = startPresignAs(setup, one, (terms, _handle, nonce, rng) =>
      commitNonces(terms, nonce, { nonces: [{ r: new Secret(negated), phi: new Secret(5n) }], salt: rng(32) }, onlyOne),
    );
    const report = pump(
      new Map([
        [one, cheat],
        [three, honest],
      ]),
      { rngOf: committee.rngOf, cheaters: [one] },
    );
    expect(abortOf(report, three)).toMatchObject({
      code: "nonceIdentity",
      severity: "retry",
      culprits: [],
      blame: "nobody",
    });
  });
});

describe("a random source that is stuck", () => {
  function secretsOf(input: ReturnType<typeof presignInput>): readonly unknown[] {
    const { session } = startPresign(input, stuckLater(7));
    return session.stage.take().secrets.map((secret) => (secret instanceof Secret ? secret.expose() : undefined));
  }

  it("still gives every session and every party its own nonce and mask", () => {
    const input = presignInput(setup, three);
    const draws = [
      secretsOf(input),
      secretsOf({ ...input, attempt: 1n }),
      secretsOf({ ...input, purpose: new Uint8Array(32).fill(1) }),
      secretsOf(presignInput(setup, one)),
    ].flat();
    expect(draws).toHaveLength(8);
    expect(new Set(draws).size).toBe(8);
  });
});

describe("bans", () => {
  function startWith(change: Partial<Parameters<typeof startPresign>[0]>): () => unknown {
    return () => startPresign({ ...presignInput(setup, three), ...change }, committee.rngOf(three));
  }

  it("refuses a signing set with a banned party before any message", () => {
    expect(startWith({ banned: new Set([one]) })).toThrowError(expect.objectContaining({ code: "bannedParty" }));
    expect(startWith({ banned: new Set([two]) })).not.toThrow();
  });

  it("stops the selective-failure attack after the first failure, whatever the caller's list says", () => {
    const cheat: Tamper = tamperDirect(2, (bytes) => flip(bytes, 3));
    expect(abortOf(runPresign(setup, new Map([[one, cheat]])), three).code).toBe("cotCheck");
    expect(startWith({})).toThrowError(expect.objectContaining({ code: "bannedParty" }));
  });

  it("takes the unused presignatures with the banned party, and no others", () => {
    const [withOne, withTwo] = [one, two].map((other) =>
      must(runPresign({ ...setup, signers: [other, three] }).outputs.get(three)),
    );
    burnPair(must(shares.get(three)), one);
    expect(must(withOne).status).toBe("burned");
    expect(must(withTwo).status).toBe("ready");
    const sign = () => startSigning(signingInput(committee, three, must(withOne)), committee.rngOf(three));
    expect(sign).toThrowError(expect.objectContaining({ code: "stateConsumed" }));
  });

  it("survives storing and loading the share", () => {
    const share = must(shares.get(three));
    burnPair(share, one);
    const loaded = decodeKeyShare(encodeKeyShare(share), { domain: committee.domain, self: three });
    expect(usablePartners(loaded)).toEqual(new Set([2]));
    expect(startWith({ share: loaded })).toThrowError(expect.objectContaining({ code: "bannedParty" }));
  });

  it("does not use Δ towards anybody once the pair with another signer is burnt", () => {
    const wide = createCommittee(3, 4, "presign");
    const wideShares = dealKeyShares(wide);
    const share = must(wideShares.get(three));
    const { pairs } = exposeKeyShare(share);
    const { alice, bob } = must(pairs.get(one));
    const touched: number[] = [];
    const intercept: PumpOptions["intercept"] = (delivery) => {
      if (delivery.from === three && roundOf(delivery.frame) === 2 && usablePartners(share).has(two)) {
        burnPair(share, two);
        pairs.set(one, {
          get alice() {
            touched.push(one);
            return alice;
          },
          bob,
        });
      }
      return [delivery];
    };
    const signers = [one, two, three];
    const report = runPresign({ committee: wide, shares: wideShares, signers }, new Map(), {
      intercept,
      cheaters: [two],
    });
    expect(abortOf(report, three)).toMatchObject({ code: "pairBurnt", culprits: [2] });
    expect(touched).toEqual([]);
  });

  it.each([
    ["epoch", 1],
    ["epoch", 2],
    ["epoch", 3],
    ["epoch", 4],
    ["ephemeral", 1],
    ["ephemeral", 2],
    ["ephemeral", 3],
    ["ephemeral", 4],
    ["ephemeral", 5],
    ["ephemeral", 6],
    ["ephemeral", 7],
  ] as const)("stops a session in flight whose key share was wiped (%s, after round %i was sent)", (otMode, round) => {
    let isWiped = false;
    const starts = new Map(
      setup.signers.map((party) => {
        const input = { ...presignInput(setup, party), otMode, count: 1 };
        return [party, startPresignBatch(input, committee.rngOf(party))];
      }),
    );
    const report = pump(starts, {
      rngOf: committee.rngOf,
      intercept(delivery) {
        if (delivery.from === three && roundOf(delivery.frame) === round && !isWiped) {
          isWiped = true;
          wipeKeyShare(must(shares.get(three)));
        }
        return [delivery];
      },
    });
    expect(report.aborts.get(three)).toEqual({
      code: "keyShareWiped",
      severity: "retry",
      culprits: [],
      blame: "nobody",
      silent: [],
      evidence: [],
      round,
    });
    const sent = report.deliveries.filter(({ from }) => from === three).map(({ frame }) => roundOf(frame));
    expect(Math.max(...sent)).toBe(round);
    expect(report.outputs.has(three)).toBe(false);
    expect(report.aborts.get(one)).toBeUndefined();
    expect(must(report.sessions.get(three)).status).toBe("aborted");
  });

  it.each([1, 2, 3, 4])(
    "stops a session in flight whose pair another session burnt (after round %i was sent)",
    (round) => {
      let isBurnt = false;
      const report = runPresign(setup, new Map(), {
        intercept(delivery) {
          if (delivery.from === three && roundOf(delivery.frame) === round && !isBurnt) {
            isBurnt = true;
            burnPair(must(shares.get(three)), one);
          }
          return [delivery];
        },
        cheaters: [one],
      });
      expect(abortOf(report, three)).toMatchObject({ code: "pairBurnt", severity: "retry", culprits: [1] });
      // At once: each round asks, and a later one must not be the first to see it.
      const sent = report.deliveries.filter(({ from }) => from === three).map(({ frame }) => roundOf(frame));
      expect(Math.max(...sent)).toBe(round);
    },
  );
});

describe("signing sets", () => {
  it("compute with the pairs of their members only, whatever pairs there are", () => {
    const share = must(dealKeyShares(committee).get(one));
    const terms = createPresignTerms(share, [one, three], new Set());
    expect([...usablePartners(share)]).toEqual([two, three]);
    expect([...pairsWith(terms, undefined).keys()]).toEqual([three]);
    expect([...pairsWith(terms, exposeKeyShare(share).pairs).keys()]).toEqual([three]);
  });

  const cases: readonly (readonly [string, readonly PartyIndex[]])[] = [
    ["too few", [three]],
    ["too many", [one, two, three]],
    ["a duplicate", [three, three]],
    ["an unknown member", [three, four]],
    ["self missing", [one, two]],
  ];

  it.each(cases)("%s: a typed error before any message", (_name, signers) => {
    expect(() => startPresign({ ...presignInput(setup, three), signers }, committee.rngOf(three))).toThrowError(
      expect.objectContaining({ code: "invalidParties" }),
    );
  });

  it("a duplicate among three: a typed error, not a smaller session", () => {
    const wide = createCommittee(3, 4, "presign");
    const input = presignInput({ committee: wide, shares: dealKeyShares(wide), signers: [one, one, two] }, one);
    expect(() => startPresign(input, wide.rngOf(one))).toThrowError(
      expect.objectContaining({ code: "invalidParties" }),
    );
  });

  it("another key, epoch or party than the share's: a typed error", () => {
    const input = presignInput(setup, three);
    const domains = [
      { ...committee.domain, epoch: 2n },
      { ...committee.domain, keyId: new Uint8Array(32).fill(9) },
    ];
    for (const domain of domains) {
      expect(() => startPresign({ ...input, domain }, committee.rngOf(three))).toThrowError(
        expect.objectContaining({ code: "keyShareMismatch" }),
      );
    }
    expect(() => startPresign({ ...input, self: one }, committee.rngOf(three))).toThrowError(
      expect.objectContaining({ code: "keyShareMismatch" }),
    );
  });

  it("another identity key than the registered one: a typed error", () => {
    const identity = committee.identityOf(one);
    expect(() => startPresign({ ...presignInput(setup, three), identity }, committee.rngOf(three))).toThrowError(
      expect.objectContaining({ code: "invalidIdentityKey" }),
    );
  });
});
