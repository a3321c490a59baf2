import { secp256k1 } from "@noble/curves/secp256k1.js";
import { describe, expect, it } from "vitest";
import * as tss from "../../src/index.ts";
import { intentDigest, type PartyIndex, partyIndex, startPresign, startSigning } from "../../src/index.ts";
import { GENERATOR, multiplyBase } from "../../src/math/point.ts";
import { encodeScalar, invertScalar, multiplyScalars, ORDER, randomScalar, reduce } from "../../src/math/scalar.ts";
import { combine } from "../../src/sign/combine.ts";
import { rerandomise, type SigningTerms, shiftNonce } from "../../src/sign/rerandomise.ts";
import { bytes32, createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { dealPresignatures } from "../harness/presignature-dealer.ts";
import { presignInput, runSigning, sampleIntent, signingInput } from "../harness/sessions.ts";
import { expectValid } from "../harness/verify.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { expectFault } from "./fault.ts";

const [one, two, three, four] = [1, 2, 3, 4].map(partyIndex) as [PartyIndex, PartyIndex, PartyIndex, PartyIndex];
const committee = createCommittee(2, 3, "attacks signing");
const shares = dealKeyShares(committee);
const rng = seededRng(`${TEST_SEED}/attacks/signing`);

const base: SigningTerms = {
  noncePoint: GENERATOR.multiply(77n),
  groupKey: GENERATOR.multiply(99n),
  tweak: 3n,
  digest: rng(32),
  signers: [one, two],
  presignatureId: rng(32),
  beacon: rng(32),
};

/** Partial signatures for a key and a nonce that the test knows. */
function sign(k: bigint, sk: bigint, m: bigint, r: bigint) {
  const [phi, split] = [randomScalar(rng), randomScalar(rng)];
  const [u, w] = [multiplyScalars(phi, k), multiplyScalars(phi, reduce(m + r * sk))];
  return [
    { u: reduce(u - split), w: split },
    { u: split, w: reduce(w - split) },
  ];
}

describe(`attacks on signing (seed ${TEST_SEED})`, () => {
  const changes: readonly (readonly [string, Partial<SigningTerms>])[] = [
    ["R", { noncePoint: GENERATOR.multiply(78n) }],
    ["pk'", { groupKey: GENERATOR.multiply(98n) }],
    ["ε", { tweak: 4n }],
    ["m", { digest: rng(32) }],
    ["S", { signers: [one, three] }],
    ["the presignature's id", { presignatureId: rng(32) }],
    ["ρ", { beacon: rng(32) }],
  ];

  it.each(changes)("V-16 additive derivation with presignatures: δ changes with %s", (_name, change) => {
    expect(must(rerandomise({ ...base, ...change })).delta).not.toBe(must(rerandomise(base)).delta);
  });

  it("V-16 additive derivation with presignatures: signing without ρ or with a short one is an error", () => {
    const deal = () => must(dealPresignatures(shares, [one, two], "no beacon").get(one)).presignature;
    const { beacon, ...without } = signingInput(committee, one, deal());
    expect(beacon).toHaveLength(32);
    // @ts-expect-error ρ is not optional.
    expect(() => startSigning(without, committee.rngOf(one))).toThrow();
    expect(() =>
      startSigning({ ...signingInput(committee, one, deal()), beacon: new Uint8Array(0) }, committee.rngOf(one)),
    ).toThrowError(expect.objectContaining({ code: "invalidLength" }));
  });

  it("V-17 raw digest forgery with known R: without δ one signature gives another", () => {
    // For documentation: signer of raw digests, nonce known beforehand. h = h* r / r*, where r* = x(c R).
    const [k, sk, c] = [12345n, 67890n, 424242n];
    const wanted = reduce(BigInt(`0x${"ab".repeat(32)}`));
    const r = multiplyBase(k).toAffine().x;
    const rStar = reduce(multiplyBase(multiplyScalars(k, c)).toAffine().x);
    const asked = multiplyScalars(multiplyScalars(wanted, r), invertScalar(rStar));
    const s = multiplyScalars(reduce(asked + r * sk), invertScalar(k));
    const sStar = multiplyScalars(multiplyScalars(s, multiplyScalars(rStar, invertScalar(r))), invertScalar(c));
    const forged = new Uint8Array([...encodeScalar(rStar), ...encodeScalar(sStar)]);
    const key = multiplyBase(sk).toBytes(true);
    expect(secp256k1.verify(forged, encodeScalar(wanted), key, { prehash: false, lowS: false })).toBe(true);
    // With δ in the nonce the same algebra gives nothing.
    const {
      delta,
      r: moved,
      m,
    } = must(
      rerandomise({
        ...base,
        noncePoint: multiplyBase(k),
        groupKey: multiplyBase(sk),
        tweak: 0n,
        digest: encodeScalar(asked),
      }),
    );
    const sMoved = multiplyScalars(reduce(m + moved * sk), invertScalar(reduce(k + delta)));
    const again = multiplyScalars(
      multiplyScalars(sMoved, multiplyScalars(rStar, invertScalar(moved))),
      invertScalar(c),
    );
    const failed = new Uint8Array([...encodeScalar(rStar), ...encodeScalar(again)]);
    expect(secp256k1.verify(failed, encodeScalar(wanted), key, { prehash: false, lowS: false })).toBe(false);
  });

  it("V-17 raw digest forgery with known R: the interface takes no digest (also test/e2e/test/no-raw-digest.test.ts)", () => {
    const { presignature } = must(dealPresignatures(shares, [one, two], "raw").get(one));
    const raw = { ...signingInput(committee, one, presignature), intent: new Uint8Array(32).fill(1) };
    // @ts-expect-error An intent is typed data, never bytes.
    expect(() => startSigning(raw, committee.rngOf(one))).toThrowError(
      expect.objectContaining({ code: "unknownIntent" }),
    );
    expect(
      Object.keys(tss)
        .filter((name) => /digest/i.test(name))
        .sort(),
    ).toEqual(["envelopeDigest", "intentDigest"]);
    expect(Object.keys(tss)).not.toContain("signWithIdentity");
  });

  it("V-19 h = 0, r = 0, s = 0, U = 0, R = identity: each is refused", () => {
    for (const digest of [new Uint8Array(32), encodeOrder()]) expect(rerandomise({ ...base, digest })).toBeUndefined();
    expect(rerandomise({ ...base, tweak: ORDER - 99n })).toBeUndefined();
    const cancels = Object.create(base.noncePoint, { add: { value: () => GENERATOR.subtract(GENERATOR) } });
    expect(rerandomise({ ...base, noncePoint: cancels })).toBeUndefined();
    const terms = must(rerandomise(base));
    const zero = [
      [
        { u: 5n, w: 1n },
        { u: ORDER - 5n, w: 2n },
      ],
      [
        { u: 1n, w: 3n },
        { u: 1n, w: ORDER - 3n },
      ],
      [
        { u: 0n, w: 0n },
        { u: 0n, w: 0n },
      ],
    ];
    for (const partials of zero) expect(combine(terms, partials)).toBeUndefined();
    for (const field of ["u", "w"]) expectFault(`sign/5of7-4bad/r1/broadcast.${field}.zero/all#0`);
    const identity = { noncePoint: base.noncePoint.subtract(base.noncePoint) };
    // R = identity is refused at the latest here; presigning stops before with nonceIdentity.
    expect(() => rerandomise({ ...base, ...identity })).toThrowError(
      expect.objectContaining({ code: "identityPoint" }),
    );
  });

  it("V-39 recovery id 2/3 and high s: 1,000 signatures are low-s and recover; x >= q is refused", {
    timeout: 480_000,
  }, () => {
    let high = 0;
    for (let i = 0; i < 1_000; i++) {
      const [k, sk, m] = [randomScalar(rng), randomScalar(rng), randomScalar(rng)];
      const noncePoint = multiplyBase(k);
      const { x, y } = noncePoint.toAffine();
      const childKey = multiplyBase(sk);
      const signature = must(
        combine({ m, childKey, delta: 1n, noncePoint, r: x, isOdd: (y & 1n) === 1n }, sign(k, sk, m, x)),
      );
      if (multiplyScalars(reduce(m + x * sk), invertScalar(k)) > ORDER / 2n) high++;
      expect(signature.s <= ORDER / 2n).toBe(true);
      if (i % 20 === 0) expectValid(signature, encodeScalar(m), childKey.toBytes(true));
    }
    expect(high).toBeGreaterThan(400);
    // The smallest x above q that is on the curve is that of R + δ G for δ = 7.
    const point = must(
      Array.from({ length: 64 }, (_, i) => `02${(ORDER + BigInt(i)).toString(16)}`)
        .map((hex) => {
          try {
            return secp256k1.Point.fromHex(hex);
          } catch {
            return undefined;
          }
        })
        .find((candidate) => candidate !== undefined),
    );
    expect(shiftNonce(point.subtract(GENERATOR.multiply(7n)), 7n)).toBeUndefined();
  });

  const sets: readonly (readonly [string, readonly PartyIndex[]])[] = [
    ["one signer too few", [one]],
    ["one signer too many", [one, two, three]],
    ["nobody", []],
    ["an unknown member", [one, four]],
    ["a duplicate", [one, one]],
    ["self missing", [two, three]],
  ];

  it.each(sets)("V-40 threshold not checked at sign: %s is refused before any message", (_name, signers) => {
    const input = presignInput({ committee, shares, signers }, one);
    expect(() => startPresign(input, committee.rngOf(one))).toThrowError(
      expect.objectContaining({ code: "invalidParties" }),
    );
  });

  it("V-40 threshold not checked at sign: fewer partial signatures than signers never combine", () => {
    const presignatures = dealPresignatures(shares, [one, two], "subset");
    const report = runSigning(committee, new Map([[one, must(presignatures.get(one)).presignature]]));
    expect(report.outputs.size).toBe(0);
    const { m } = must(rerandomise(base));
    const terms = {
      m,
      childKey: multiplyBase(5n),
      delta: 1n,
      noncePoint: multiplyBase(3n),
      r: multiplyBase(3n).toAffine().x,
      isOdd: false,
    };
    expect(combine(terms, sign(3n, 5n, m, terms.r).slice(1))).toBeUndefined();
    expect(intentDigest(sampleIntent(committee))).toHaveLength(32);
    expect(bytes32("x")).toHaveLength(32);
  });
});

function encodeOrder(): Uint8Array {
  return new Uint8Array(Buffer.from(ORDER.toString(16).padStart(64, "0"), "hex"));
}
