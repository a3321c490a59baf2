import { secp256k1 } from "@noble/curves/secp256k1.js";
import { beforeEach, describe, expect, it } from "vitest";
import { openSession } from "../../src/engine/open.ts";
import { evenSize } from "../../src/engine/stage.ts";
import {
  burnPresignature,
  type GroupSignature,
  intentDigest,
  type PartyIndex,
  type Presignature,
  partyIndex,
  startSigning,
} from "../../src/index.ts";
import { decodePoint, GENERATOR, multiplyBase } from "../../src/math/point.ts";
import { encodeScalar, invertScalar, multiplyScalars, ORDER, reduce } from "../../src/math/scalar.ts";
import { Secret } from "../../src/math/secret.ts";
import { combine } from "../../src/sign/combine.ts";
import { rerandomise, rerandomiser, type SigningTerms, shiftNonce } from "../../src/sign/rerandomise.ts";
import { openSigning, signingTerms } from "../../src/sign/start.ts";
import { bytes32, createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { expectProven } from "../harness/evidence.ts";
import { pump, type Report } from "../harness/pump.ts";
import { runPresign, runSigning, sampleIntent, signingInput } from "../harness/sessions.ts";
import { flip, overwrite, resignFrame } from "../harness/tamper.ts";
import { toyContext } from "../harness/toy-protocol.ts";
import { expectValid, tweakedKey } from "../harness/verify.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const [one, two] = [1, 2].map(partyIndex) as [PartyIndex, PartyIndex];
const committee = createCommittee(2, 2, "sign");
const shares = dealKeyShares(committee);
const { groupKey } = must(shares.get(one)).record;
const sample = sampleIntent(committee);
const digest = intentDigest(sample);
const point = secp256k1.Point.fromBytes(groupKey).toBytes(false);
const proof = {
  kind: "proofOfPossession",
  chainId: committee.domain.chainId,
  committeeRegistry: committee.domain.verifyingContract,
  committeeId: committee.domain.keyId,
  epoch: committee.domain.epoch,
  membersHash: bytes32("members"),
  groupKeyX: point.slice(1, 33),
  groupKeyY: point.slice(33),
} as const;

let presignatures: ReadonlyMap<PartyIndex, Presignature>;

beforeEach(() => {
  presignatures = runPresign({ committee, shares, signers: committee.members }).outputs;
});

function presignatureOf(party: PartyIndex): Presignature {
  return must(presignatures.get(party));
}

describe("what a presignature says of itself", () => {
  it.each(["noncePoint", "groupKey"])("has a %s that is a point", (field) => {
    const input = signingInput(committee, one, presignatureOf(one));
    const terms = { ...input.presignature.terms, [field]: new Uint8Array(33) };
    const presignature: Presignature = Object.create(input.presignature, { terms: { value: terms } });
    expect(() => signingTerms({ ...input, presignature })).toThrowError(
      expect.objectContaining({ code: "invalidKeyShare" }),
    );
  });
});

describe("signing among honest parties", () => {
  it("every signer ends with the same valid signature of the group key", () => {
    const report = runSigning(committee, presignatures);
    const [first, second] = [...report.outputs.values()];
    expect(first).toEqual(second);
    expectValid(must(first), digest, groupKey);
  });

  it.each([1n, 0xdeadbeefn, ORDER - 1n])("signs for the child key with tweak %i", (tweak) => {
    const report = runSigning(committee, presignatures, (input) => ({ ...input, tweak }));
    expectValid(must(report.outputs.get(one)), digest, tweakedKey(groupKey, tweak));
  });

  it("signs a proof of possession under its own domain", () => {
    const report = runSigning(committee, presignatures, (input) => ({ ...input, intent: proof }));
    expectValid(must(report.outputs.get(two)), intentDigest(proof), groupKey);
  });

  it("sends one frame with a payload of 64 bytes", () => {
    const report = runSigning(committee, presignatures);
    expect(report.deliveries.map(({ frame }) => frame.length)).toEqual([301 + 64, 301 + 64]);
  });
});

describe("a presignature", () => {
  it("is single-use: the same object twice throws before anything is sent", () => {
    startSigning(signingInput(committee, one, presignatureOf(one)), committee.rngOf(one));
    expect(presignatureOf(one).isConsumed).toBe(true);
    expect(() => startSigning(signingInput(committee, one, presignatureOf(one)), committee.rngOf(one))).toThrowError(
      expect.objectContaining({ code: "stateConsumed" }),
    );
  });

  it.each([
    ["a tweak out of range", { tweak: ORDER }, "scalarOutOfRange"],
    ["a negative tweak", { tweak: -1n }, "scalarOutOfRange"],
    ["a short beacon", { beacon: new Uint8Array(31) }, "invalidLength"],
    ["another epoch", { domain: { ...committee.domain, epoch: 2n } }, "keyShareMismatch"],
    ["another party", { self: two }, "keyShareMismatch"],
    ["another identity key", { identity: committee.identityOf(two) }, "invalidIdentityKey"],
    ["a short purpose", { purpose: new Uint8Array(31) }, "invalidLength"],
    ["an intent for another chain", { intent: { ...sample, chainId: 1n } }, "intentMismatch"],
    ["an intent for another epoch", { intent: { ...sample, epoch: 9n } }, "intentMismatch"],
    ["an intent for another committee", { intent: { ...sample, committeeId: bytes32("other") } }, "intentMismatch"],
    ["a proof for another registry", { intent: { ...proof, committeeRegistry: new Uint8Array(20) } }, "intentMismatch"],
    ["a proof for another x", { intent: { ...proof, groupKeyX: bytes32("other") } }, "intentMismatch"],
    ["a proof for another y", { intent: { ...proof, groupKeyY: bytes32("other") } }, "intentMismatch"],
  ])("is burnt even when the call is refused: %s", (_name, change, code) => {
    const input = { ...signingInput(committee, one, presignatureOf(one)), ...change };
    expect(() => startSigning(input, committee.rngOf(one))).toThrowError(expect.objectContaining({ code }));
    expect(presignatureOf(one).isConsumed).toBe(true);
  });

  it("can be burnt unused, twice without harm", () => {
    burnPresignature(presignatureOf(one));
    burnPresignature(presignatureOf(one));
    expect(() => startSigning(signingInput(committee, one, presignatureOf(one)), committee.rngOf(one))).toThrowError(
      expect.objectContaining({ code: "stateConsumed" }),
    );
  });

  it("shows no secret when printed or serialised", () => {
    const text = JSON.stringify(presignatureOf(one), (_key, value) => (typeof value === "bigint" ? "bigint" : value));
    expect(Object.keys(JSON.parse(text))).toEqual(["terms"]);
    expect(text).not.toContain('bigint","bigint');
  });

  it("cannot be imitated by an object with the same public part", () => {
    const copy = Object.assign(Object.create(Object.getPrototypeOf(presignatureOf(one))), presignatureOf(one));
    expect(() => startSigning(signingInput(committee, one, copy), committee.rngOf(one))).toThrowError(
      expect.objectContaining({ code: "stateConsumed" }),
    );
  });
});

describe("a signer that cheats or misunderstands", () => {
  const damaged: readonly (readonly [string, (payload: Uint8Array) => Uint8Array, string])[] = [
    ["u' wrong", (payload) => flip(payload, 31), "invalidSignature"],
    ["w wrong", (payload) => flip(payload, 63), "invalidSignature"],
    ["u' not below q", (payload) => overwrite(payload, 0, new Uint8Array(32).fill(0xff)), "malformedMessage"],
    ["w not below q", (payload) => overwrite(payload, 32, new Uint8Array(32).fill(0xff)), "malformedMessage"],
    ["too short", (payload) => payload.slice(1), "malformedMessage"],
  ];

  it.each(damaged)("%s: no signature is released", (_name, change, code) => {
    const report = runSigning(committee, presignatures, undefined, {
      cheaters: [one],
      intercept: (delivery) =>
        delivery.from === one
          ? [
              {
                ...delivery,
                frame: resignFrame(delivery.frame, committee.identityOf(one), ({ broadcast }) => ({
                  broadcast: change(broadcast),
                })),
              },
            ]
          : [delivery],
    });
    expect(report.outputs.has(two)).toBe(false);
    const abort = must(report.aborts.get(two));
    const isPublic = code === "malformedMessage";
    expect(abort).toMatchObject({
      code,
      severity: "retry",
      culprits: isPublic ? [1] : [],
      blame: isPublic ? "public" : "nobody",
    });
    expectProven(abort.evidence, committee, abort.culprits, code);
  });

  it("makes the sum of the u' zero: no signature, nobody named", () => {
    const own = startSigning(signingInput(committee, two, presignatureOf(two)), committee.rngOf(two));
    const [sent] = own.effects;
    const payload = sent?.kind === "send" ? sent.frame.slice(295, 295 + 32) : new Uint8Array(32);
    const negated = encodeScalar(reduce(-BigInt(`0x${Buffer.from(payload).toString("hex")}`)));
    const other = startSigning(signingInput(committee, one, presignatureOf(one)), committee.rngOf(one));
    const report = pump(
      new Map([
        [one, other],
        [two, own],
      ]),
      {
        rngOf: committee.rngOf,
        cheaters: [one],
        intercept: (delivery) =>
          delivery.from === one
            ? [
                {
                  ...delivery,
                  frame: resignFrame(delivery.frame, committee.identityOf(one), ({ broadcast }) => ({
                    broadcast: overwrite(broadcast, 0, negated),
                  })),
                },
              ]
            : [delivery],
      },
    );
    expect(must(report.aborts.get(two))).toMatchObject({ code: "invalidSignature", culprits: [] });
  });

  it.each([
    ["another message", { intent: { ...sample, payloadHash: bytes32("another") } }],
    ["another tweak", { tweak: 5n }],
    ["another beacon", { beacon: bytes32("another") }],
    ["another purpose", { purpose: bytes32("another") }],
  ])("%s at one signer: the messages never meet, nobody signs", (_name, change) => {
    const report: Report<GroupSignature> = runSigning(committee, presignatures, (input) =>
      input.self === one ? { ...input, ...change } : input,
    );
    expect(report.outputs.size).toBe(0);
    expect(report.aborts.size).toBe(0);
    expect(new Set(report.ignored.map(({ reason }) => reason))).toEqual(new Set(["otherSession"]));
  });
});

describe("re-randomisation", () => {
  const rng = seededRng(`${TEST_SEED}/rerandomise`);
  const terms: SigningTerms = {
    noncePoint: GENERATOR.multiply(77n),
    groupKey: GENERATOR.multiply(99n),
    tweak: 3n,
    digest: rng(32),
    signers: [one, two],
    presignatureId: rng(32),
    beacon: rng(32),
  };
  const changes: readonly (readonly [string, Partial<SigningTerms>])[] = [
    ["R", { noncePoint: GENERATOR.multiply(78n) }],
    ["pk'", { groupKey: GENERATOR.multiply(98n) }],
    ["ε", { tweak: 4n }],
    ["m", { digest: rng(32) }],
    ["S", { signers: [one, partyIndex(3)] }],
    ["presigId", { presignatureId: rng(32) }],
    ["ρ", { beacon: rng(32) }],
  ];

  it.each(changes)("δ depends on %s", (_name, change) => {
    const base = must(rerandomise(terms));
    expect(must(rerandomise({ ...terms, ...change })).delta).not.toBe(base.delta);
    expect(rerandomise(terms)).toEqual(base);
  });

  it("δ depends on ε and pk' separately", () => {
    // The same child key reached by another tweak.
    const moved = { ...terms, tweak: 4n, groupKey: terms.groupKey.subtract(GENERATOR) };
    const childKey = must(rerandomise(terms)).childKey;
    expect(must(rerandomise(moved)).childKey.equals(childKey)).toBe(true);
    expect(rerandomiser(moved, childKey)).not.toBe(rerandomiser(terms, childKey));
  });

  it("R' = R + δ G and r' = x(R')", () => {
    const { delta, noncePoint, r, isOdd } = must(rerandomise(terms));
    expect(noncePoint.equals(terms.noncePoint.add(GENERATOR.multiply(delta)))).toBe(true);
    expect(r).toBe(noncePoint.toAffine().x);
    expect(isOdd).toBe(noncePoint.toAffine().y % 2n === 1n);
  });

  it("refuses δ = 0: the nonce would be one that was known before the message", () => {
    expect(shiftNonce(terms.noncePoint, 0n)).toBeUndefined();
    expect(must(shiftNonce(terms.noncePoint, 1n)).noncePoint.equals(terms.noncePoint.add(GENERATOR))).toBe(true);
  });

  it("refuses m = 0 mod q", () => {
    expect(rerandomise({ ...terms, digest: new Uint8Array(32) })).toBeUndefined();
    expect(rerandomise({ ...terms, digest: new Uint8Array(Buffer.from(ORDER.toString(16), "hex")) })).toBeUndefined();
  });

  it("refuses a child key that is the identity", () => {
    expect(rerandomise({ ...terms, tweak: ORDER - 99n })).toBeUndefined();
  });

  it("refuses R' = identity", () => {
    // δ depends on R, so R = -δ G cannot be found; here δ is given.
    expect(shiftNonce(GENERATOR.multiply(ORDER - 7n), 7n)).toBeUndefined();
  });

  it("refuses x(R') >= q, which would need recovery id 2 or 3", () => {
    // The smallest x >= q that is on the curve.
    const candidates = Array.from({ length: 64 }, (_, i) => ORDER + BigInt(i));
    const point = candidates
      .map((x) => decodePoint(new Uint8Array(Buffer.from(`02${x.toString(16)}`, "hex"))))
      .find((candidate) => candidate !== undefined);
    expect(must(point).toAffine().x >= ORDER).toBe(true);
    expect(shiftNonce(must(point).subtract(GENERATOR.multiply(7n)), 7n)).toBeUndefined();
  });
});

describe("a fault while the partial signature is computed", () => {
  const terms: SigningTerms = {
    noncePoint: GENERATOR.multiply(77n),
    groupKey: GENERATOR.multiply(99n),
    tweak: 0n,
    digest,
    signers: committee.members,
    presignatureId: bytes32("id"),
    beacon: bytes32("beacon"),
  };
  const faultyOnce = (value: bigint): Secret<bigint> => {
    let reads = 0;
    return Object.create(new Secret(value), { expose: { value: () => value + (reads++ === 0 ? 1n : 0n) } });
  };
  const shares = { phi: new Secret(1n), u: new Secret(2n), v: new Secret(3n) };

  it.each(["phi", "u", "v"] as const)("in %s: nothing is sent", (name) => {
    const faulty = { ...shares, [name]: faultyOnce(shares[name].expose()) };
    expect(openSigning(terms, faulty)).toMatchObject({ kind: "abort", abort: { code: "degenerateSignature" } });
    expect(openSigning(terms, shares).kind).toBe("opened");
  });
});

describe("a degenerate signature", () => {
  it("aborts before anything is sent, with nobody named", () => {
    const shares = { phi: new Secret(1n), u: new Secret(2n), v: new Secret(3n) };
    const terms: SigningTerms = {
      noncePoint: GENERATOR,
      groupKey: GENERATOR,
      tweak: ORDER - 1n,
      digest,
      signers: committee.members,
      presignatureId: bytes32("id"),
      beacon: bytes32("beacon"),
    };
    const { session, effects } = openSession(
      toyContext(committee, one),
      [evenSize(64, 0)],
      () => openSigning(terms, shares),
      committee.rngOf(one),
    );
    expect(effects).toMatchObject([
      { kind: "abort", abort: { code: "degenerateSignature", severity: "retry", culprits: [], blame: "nobody" } },
    ]);
    expect(session.status).toBe("aborted");
  });
});

describe("combining", () => {
  /** Partial signatures of a key and nonce known to the test. */
  function partialsFor(k: bigint, sk: bigint, m: bigint) {
    const noncePoint = multiplyBase(k);
    const { x, y } = noncePoint.toAffine();
    const rerandomised = { m, childKey: multiplyBase(sk), delta: 1n, noncePoint, r: x, isOdd: y % 2n === 1n };
    const phi = 12345n;
    const u = multiplyScalars(phi, k);
    const w = multiplyScalars(phi, reduce(m + x * sk));
    const partials = [
      { u: reduce(u - 5n), w: reduce(w - 7n) },
      { u: 5n, w: 7n },
    ];
    return { rerandomised, partials, s: multiplyScalars(reduce(m + x * sk), invertScalar(k)) };
  }

  it("gives low s and the right recovery bit for 300 random nonces", { timeout: 60_000 }, () => {
    const rng = seededRng(`${TEST_SEED}/combine`);
    const scalar = (): bigint => reduce(BigInt(`0x${Buffer.from(rng(48)).toString("hex")}`));
    let high = 0;
    for (let i = 0; i < 300; i++) {
      const [k, sk, m] = [scalar(), scalar(), scalar()];
      const { rerandomised, partials, s } = partialsFor(k, sk, m);
      if (s > ORDER / 2n) high++;
      const signature = must(combine(rerandomised, partials));
      expect(signature.s <= ORDER / 2n).toBe(true);
      if (i < 40) expectValid(signature, encodeScalar(m), rerandomised.childKey.toBytes(true));
      const recovered = secp256k1.Signature.fromBytes(signature.bytes.slice(0, 64), "compact")
        .addRecoveryBit(signature.v - 27)
        .recoverPublicKey(encodeScalar(m));
      expect(recovered.toBytes(true)).toEqual(rerandomised.childKey.toBytes(true));
    }
    expect(high).toBeGreaterThan(50);
  });

  it("keeps s = (q - 1) / 2, the highest that is low, and negates its successor", () => {
    const [k, sk] = [3n, 5n];
    const { x } = multiplyBase(k).toAffine();
    for (const s of [ORDER / 2n, ORDER / 2n + 1n]) {
      const { rerandomised, partials } = partialsFor(k, sk, reduce(s * k - x * sk));
      expect(must(combine(rerandomised, partials)).s).toBe(ORDER / 2n);
    }
  });

  it("refuses U = 0, s = 0 and anything that does not verify", () => {
    const { rerandomised, partials } = partialsFor(3n, 5n, 7n);
    const [first, second] = partials;
    expect(
      combine(rerandomised, [
        { u: 1n, w: 1n },
        { u: ORDER - 1n, w: 1n },
      ]),
    ).toBeUndefined();
    expect(
      combine(rerandomised, [
        { u: 1n, w: 1n },
        { u: 1n, w: ORDER - 1n },
      ]),
    ).toBeUndefined();
    expect(combine(rerandomised, [must(first)])).toBeUndefined();
    expect(combine({ ...rerandomised, m: 8n }, [must(first), must(second)])).toBeUndefined();
    expect(combine(rerandomised, partials)).toBeDefined();
  });

  it("refuses the negated signature: the recovery bit would be wrong", () => {
    const { rerandomised, partials } = partialsFor(3n, 5n, 7n);
    expect(
      combine(
        rerandomised,
        partials.map(({ u, w }) => ({ u, w: reduce(-w) })),
      ),
    ).toBeUndefined();
  });
});
