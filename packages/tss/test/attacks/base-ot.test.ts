import { secp256k1_hasher } from "@noble/curves/secp256k1.js";
import { describe, expect, it } from "vitest";
import vectors from "../../../../test/vectors/rfc9380-secp256k1.json" with { type: "json" };
import { startKeygen } from "../../src/index.ts";
import { concat } from "../../src/math/bytes.ts";
import { OneTime } from "../../src/math/one-time.ts";
import { encodePoint, multiplyBase, negatePoint, type Point } from "../../src/math/point.ts";
import {
  type Branch,
  decodeOtPoints,
  finishOtSender,
  type OtPoints,
  startOtReceiver,
  startOtSender,
} from "../../src/primitives/base-ot.ts";
import { extendReceiver } from "../../src/primitives/extension.ts";
import { aliceFinishSetup, aliceStartSetup, bobFinishSetup, bobStartSetup } from "../../src/primitives/pair-setup.ts";
import { LAMBDA_C, ROW_LENGTH } from "../../src/primitives/parameters.ts";
import { encodeTranscript, H } from "../../src/transcript/hash.ts";
import { CURVE_DOMAIN, hashToCurve } from "../../src/transcript/hash-to-curve.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { toHex } from "../harness/hex.ts";
import { overwrite } from "../harness/tamper.ts";
import { badPoints } from "../math/bad-points.ts";
import { correlatedPair } from "../primitives/correlated-pair.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";
import { filesWith, sourceFiles } from "./source.ts";

const sid = new Uint8Array(32).fill(5);

/** Choices and the receiver's points of one run of base OTs. */
function receive(run: number): {
  readonly choices: readonly Branch[];
  readonly points: OtPoints;
  readonly sid: Uint8Array;
} {
  const rng = seededRng(`${TEST_SEED}/attacks/observer/${run}`);
  const choices = Array.from(rng(LAMBDA_C), (byte): Branch => ((byte & 1) === 0 ? 0 : 1));
  const runSid = rng(32);
  const { message } = startOtReceiver(runSid, choices, rng);
  return { choices, points: must(decodeOtPoints(message)), sid: runSid };
}

/** What anybody can compute from an instance's two points; each is a guess of the choice bit. */
const OBSERVERS: Readonly<Record<string, (sid: Uint8Array, i: number, zero: Point, one: Point) => boolean>> = {
  "order of the encodings": (_sid, _i, zero, one) => toHex(encodePoint(zero)) < toHex(encodePoint(one)),
  "parity of the first": (_sid, _i, zero) => encodePoint(zero)[0] === 2,
  "equal parities": (_sid, _i, zero, one) => encodePoint(zero)[0] === encodePoint(one)[0],
  "parity of the first opened": (id, i, zero, one) => isEven(zero.add(branchHash(id, i, 0, one))),
  "parity of the second opened": (id, i, zero, one) => isEven(one.add(branchHash(id, i, 1, zero))),
  "order of both opened": (id, i, zero, one) =>
    toHex(encodePoint(zero.add(branchHash(id, i, 0, one)))) < toHex(encodePoint(one.add(branchHash(id, i, 1, zero)))),
  "a hash of all": (id, i, zero, one) =>
    (must(H("ot/key", id, Uint8Array.of(i), encodePoint(zero), encodePoint(one))[0]) & 1) === 0,
};

function branchHash(id: Uint8Array, i: number, branch: Branch, other: Point): Point {
  return must(hashToCurve("ot/h", [[id, Uint8Array.of(i), Uint8Array.of(branch), encodePoint(other)]])[0]);
}

function isEven(point: Point): boolean {
  return encodePoint(point)[0] === 2;
}

describe(`attacks on the base OT (seed ${TEST_SEED})`, () => {
  it("V-01 ot.h2c.unknown-dlog: the hash is RFC 9380 and no generator is multiplied by a hash in the base OT", () => {
    for (const { message, x, y } of vectors.vectors) {
      const point = secp256k1_hasher.hashToCurve(new TextEncoder().encode(message), { DST: vectors.dst }).toAffine();
      expect([point.x, point.y]).toEqual([BigInt(x), BigInt(y)]);
    }
    expect(filesWith(/secp256k1_hasher/)).toEqual(["transcript/hash-to-curve.ts"]);
    // The batched map gives what the curve library's own suite gives.
    const [batched] = hashToCurve("ot/h", [[sid]]);
    const DST = `${CURVE_DOMAIN}ot/h`;
    expect(must(batched).equals(secp256k1_hasher.hashToCurve(encodeTranscript("ot/h", [sid]), { DST }))).toBe(true);
    const source = must(sourceFiles().get("primitives/base-ot.ts"));
    expect(source).toMatch(/hashToCurve\(\s*"ot\/h"/);
    expect(source).not.toMatch(/hashToScalar|multiplyBase\(.*H\(/);
  });

  it("V-01 ot.observer: public data tells the choices in 50 ± 5 % of 2,048 instances", { timeout: 120_000 }, () => {
    const runs = Array.from({ length: 16 }, (_, run) => receive(run));
    for (const [name, guess] of Object.entries(OBSERVERS)) {
      const right = runs.map(
        ({ choices, points, sid: id }) =>
          points.filter(([zero, one], i) => (guess(id, i, zero, one) ? 0 : 1) === choices[i]).length,
      );
      const rate = right.reduce((sum, count) => sum + count, 0) / (runs.length * LAMBDA_C);
      expect(rate, name).toBeGreaterThan(0.45);
      expect(rate, name).toBeLessThan(0.55);
    }
  });

  it("V-02 ot.devious-transfer: predictable or malformed receiver points are refused or give independent keys", {
    timeout: 120_000,
  }, () => {
    const rng = seededRng(`${TEST_SEED}/attacks/devious`);
    const sender = startOtSender(rng);
    const honest = must(decodeOtPoints(startOtReceiver(sid, new Array<Branch>(LAMBDA_C).fill(0), rng).message));
    const point = multiplyBase(9n);
    const keysOf = (points: OtPoints): readonly string[] =>
      (finishOtSender(sid, sender.state, points) ?? []).flat().map(toHex);
    // The same two points, and the same pair in every instance: only number and branch keep the keys apart.
    const equal = keysOf(honest.map(() => [point, point]));
    expect(new Set(equal).size).toBe(2 * LAMBDA_C);
    for (const branch of [0, 1] as const) {
      const cancelling = negatePoint(branchHash(sid, 0, branch, point));
      const pair: OtPoints[number] = branch === 0 ? [cancelling, point] : [point, cancelling];
      expect(finishOtSender(sid, sender.state, [pair, ...honest.slice(1)])).toBeUndefined();
      // The point made for another instance opens nothing here.
      const misplaced = keysOf([must(honest[1]), pair, ...honest.slice(2)]);
      expect(new Set(misplaced).size).toBe(2 * LAMBDA_C);
    }
    const message = concat(...honest.flat().map(encodePoint));
    for (const { bytes } of badPoints.filter((candidate) => candidate.bytes.length === 33)) {
      expect(decodeOtPoints(overwrite(message, 66, bytes))).toBeUndefined();
    }
  });

  it("V-08 same choice bits for all senders: Δ is fresh for every counterparty", { timeout: 120_000 }, () => {
    const rng = seededRng(`${TEST_SEED}/attacks/choices`);
    const deltas = new Set<string>();
    const runs = 12;
    for (let run = 0; run < runs; run++) deltas.add(toHex(aliceStartSetup(rng(32), rng).state.take().delta));
    expect(deltas.size).toBe(runs);
  });

  it("V-08 same choice bits for all senders: a source that repeats itself is refused before it is used", () => {
    const constant = (length: number): Uint8Array => new Uint8Array(length).fill(7);
    const committee = createCommittee(2, 2, `${TEST_SEED}/attacks/stuck`);
    const [self] = committee.members;
    const { domain, parties, minSigners, identityOf } = committee;
    const input = { domain, attempt: 0n, self: must(self), parties, minSigners, identity: identityOf(must(self)) };
    expect(() => startKeygen(input, constant)).toThrowError(expect.objectContaining({ code: "brokenRng" }));
  });

  it("V-09 naive OT batching: number, row and session are inside every hash", { timeout: 120_000 }, () => {
    const rng = seededRng(`${TEST_SEED}/attacks/batching`);
    const { bob } = correlatedPair(rng);
    const choices = new Uint8Array(ROW_LENGTH);
    // Equal leaves everywhere: rows still differ, because block and number are hashed with the leaf.
    const equal = extendReceiver({ leaves: new Uint8Array(bob.leaves.length).fill(7) }, sid, choices).message;
    const rows = Array.from({ length: 32 }, (_, i) => toHex(equal.subarray(i * ROW_LENGTH, (i + 1) * ROW_LENGTH)));
    expect(new Set(rows).size).toBe(32);
    // PRG(seed XOR x, sid XOR x) is not PRG(seed, sid): a relation of sids gives none of outputs.
    const moved = extendReceiver(
      { leaves: bob.leaves.map((byte) => byte ^ 3) },
      sid.map((byte) => byte ^ 3),
      choices,
    );
    expect(moved.columns).not.toEqual(extendReceiver(bob, sid, choices).columns);
    const sender = startOtSender(rng);
    const points = must(decodeOtPoints(startOtReceiver(sid, new Array<Branch>(LAMBDA_C).fill(1), rng).message));
    const [first, second, ...rest] = points;
    const before = new Set(
      must(finishOtSender(sid, sender.state, points))
        .slice(0, 2)
        .flat()
        .map(toHex),
    );
    const after = must(finishOtSender(sid, sender.state, [must(second), must(first), ...rest]));
    expect(
      after
        .slice(0, 2)
        .flat()
        .filter((key) => before.has(toHex(key))),
    ).toEqual([]);
  });

  it("V-10 all-but-one sid not pairwise: the trees for one Alice fail at another", { timeout: 120_000 }, () => {
    const rng = seededRng(`${TEST_SEED}/attacks/trees`);
    const [toOne, toOther] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
    const alice = aliceStartSetup(toOne, rng);
    const bob = bobStartSetup(toOne, rng);
    const secrets = bob.state.take();
    const replayed = bobFinishSetup(new OneTime({ ...secrets, sid: toOther }), alice.message);
    expect(replayed.kind).toBe("ok");
    if (replayed.kind !== "ok") return;
    expect(aliceFinishSetup(alice.state, bob.message, replayed.message)).toMatchObject({ kind: "setupFailure" });
  });

  it("V-43 try-and-increment hash to curve: the one hash to the curve is RFC 9380's, without a loop", () => {
    const source = must(sourceFiles().get("transcript/hash-to-curve.ts"));
    expect(source).toMatch(/hash_to_field\(/);
    for (const path of ["transcript/hash-to-curve.ts", "math/map-to-curve.ts"]) {
      expect(must(sourceFiles().get(path))).not.toMatch(/\b(while|do)\b|decodePoint|fromBytes|fromX/);
    }
    // Nothing else turns a hash into a point.
    const curve = [...sourceFiles()].filter(([, text]) => /decodePoint\((H|hash|sha256|keccak)/.test(text));
    expect(curve).toEqual([]);
  });
});
