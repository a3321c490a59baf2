import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_PARTIES } from "../../src/engine/context.ts";
import { decodeFrame, encodeFrame } from "../../src/envelope/frame.ts";
import { type PartyIndex, partyIndex, receive } from "../../src/index.ts";
import { decodePoint } from "../../src/math/point.ts";
import { decodeProof } from "../../src/math/schnorr.ts";
import { SINGLE_PRESIGNATURE } from "../../src/presign/terms.ts";
import { encodeTranscript } from "../../src/transcript/hash.ts";
import { TAGS } from "../../src/transcript/tags.ts";
import { presignLayouts } from "../faults/layouts.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { toHex } from "../harness/hex.ts";
import { runPresign } from "../harness/sessions.ts";
import { overwrite, tamperBroadcast, tamperDirect } from "../harness/tamper.ts";
import { startToy } from "../harness/toy-protocol.ts";
import { badPoints } from "../math/bad-points.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const [one, two] = [1, 2].map(partyIndex) as [PartyIndex, PartyIndex];

/** 100,000 in the ordinary run, a million in the deep one. */
const RANDOM_FRAMES = process.env.SYNOD_DEEP === "1" ? 1_000_000 : 100_000;

/** A part list of a hash: short parts, many of them equal to each other's pieces or to length prefixes. */
const partList = fc.array(
  fc.oneof(fc.uint8Array({ maxLength: 6 }), fc.constantFrom(...[0, 1, 4].map((n) => Uint8Array.of(0, 0, 0, n)))),
  { maxLength: 6 },
);

function key(parts: readonly Uint8Array[]): string {
  return parts.map((part) => `${part.length}:${toHex(part)}`).join();
}

describe(`attacks on encodings (seed ${TEST_SEED})`, () => {
  it("V-35 TSSHOCK: no two part lists of a hash have one encoding, with delimiters inside parts too", () => {
    fc.assert(
      fc.property(fc.constantFrom(...TAGS), partList, partList, (tag, a, b) => {
        expect(toHex(encodeTranscript(tag, a)) === toHex(encodeTranscript(tag, b))).toBe(key(a) === key(b));
      }),
      { seed: 35, numRuns: 5_000 },
    );
    // The α-shuffle: elements moved over the border between two parts.
    const cut = (at: number): string => toHex(encodeTranscript("dkg/pok", [bytes.slice(0, at), bytes.slice(at)]));
    const bytes = seededRng("shuffle")(40);
    expect(new Set(Array.from({ length: 41 }, (_, at) => cut(at))).size).toBe(41);
  });

  it("V-36 hash length extension and tag reuse: total first, tags distinct and none the beginning of another's encoding", () => {
    const spellings = TAGS.flatMap((tag) => [tag, `${tag}/0`, `${tag}/1`]);
    expect(new Set(spellings).size).toBe(spellings.length);
    const encoded = encodeTranscript("zero", [Uint8Array.of(1, 2, 3)]);
    expect(toHex(encoded)).toBe("000000000000000f000000047a65726f00000003010203");
    fc.assert(
      fc.property(partList, partList, (a, b) => {
        const [short, long] = [a, b]
          .map((parts) => toHex(encodeTranscript("sid", parts)))
          .sort((x, y) => x.length - y.length);
        fc.pre(short !== long);
        expect(must(long).startsWith(must(short))).toBe(false);
      }),
      { seed: 36, numRuns: 2_000 },
    );
  });

  it("V-37 identity, off-curve and hybrid points: every bad encoding in every point field is refused", {
    timeout: 240_000,
  }, () => {
    for (const { name, bytes } of badPoints) expect(decodePoint(bytes), name).toBeUndefined();
    const committee = createCommittee(2, 2, "bad points");
    const shares = dealKeyShares(committee);
    const encodings = badPoints.filter(({ bytes }) => bytes.length === 33);
    expect(encodings.length).toBeGreaterThanOrEqual(9);
    const points = presignLayouts(SINGLE_PRESIGNATURE, one, two).flatMap(({ round, part, fields }) =>
      fields.filter(({ kind }) => kind === "point").map(({ name, offset }) => ({ round, part, name, offset })),
    );
    expect(points.map(({ name }) => name)).toEqual(["R", "pk", "gammaU", "gammaV", "sumR"]);
    const cases = points.flatMap((field) =>
      // Every encoding at the cheapest field, two at each other one: their decoder is the same.
      (field.name === "R" ? encodings : encodings.slice(0, 2)).map(({ bytes }) => ({ ...field, bytes })),
    );
    for (const { round, part, name, offset, bytes } of cases) {
      const tamper = part === "direct" ? tamperDirect : tamperBroadcast;
      const report = runPresign(
        { committee, shares, signers: committee.members },
        new Map([[one, tamper(round, (payload) => overwrite(payload, offset, bytes))]]),
      );
      expect(report.aborts.get(two), name).toMatchObject({ code: "malformedMessage", culprits: [1] });
    }
    for (const { bytes } of encodings)
      expect(decodeProof(new Uint8Array([...bytes, ...new Uint8Array(32)]))).toBeUndefined();
  });

  it("V-45 DoS by size: a frame longer than any round allows is dropped before it is read", () => {
    const committee = createCommittee(2, 3, "size");
    const { session } = startToy(committee, two);
    // Not even a byte is read: the access would throw.
    const unread = new Proxy(new Uint8Array(0), {
      get: (target, property) => {
        if (property === "length") return 10_000_000;
        throw new TypeError(`${String(property)} of ${target.length} bytes was read`);
      },
    });
    expect(receive(session, one, unread, committee.rngOf(two)).effects).toEqual([
      { kind: "ignored", from: one, reason: "oversized" },
    ]);
    // A huge announced length inside a small frame allocates nothing.
    const announced = overwrite(new Uint8Array(400), 0, Uint8Array.of(1));
    announced.fill(0xff, 280, 300);
    expect(decodeFrame(announced)).toBeUndefined();
    expect(MAX_PARTIES).toBe(64);
  });

  it(`V-48 prototype pollution, JSON, bigint: ${RANDOM_FRAMES} random frames never throw`, { timeout: 600_000 }, () => {
    const committee = createCommittee(2, 3, "random frames");
    let { session } = startToy(committee, two);
    const { effects } = startToy(committee, one);
    const [sent] = effects;
    const real = sent?.kind === "send" ? sent.frame : expect.fail("no frame");
    const rng = seededRng(`${TEST_SEED}/random frames`);
    const pool = rng(1 << 20);
    const before = Object.keys(Object.prototype).length;
    let decoded = 0;
    for (let i = 0; i < RANDOM_FRAMES; i++) {
      const at = (i * 7919) % (pool.length - 700);
      const bytes = randomFrame(i, pool.subarray(at, at + 700), real);
      const frame = decodeFrame(bytes);
      if (frame !== undefined) {
        decoded++;
        expect(toHex(encodeFrame(frame))).toBe(toHex(bytes));
      }
      // Not even the library's own error comes out.
      if (i % 16 === 0) session = receive(session, one, bytes, committee.rngOf(two)).session;
    }
    expect(decoded).toBeGreaterThan(RANDOM_FRAMES / 20);
    expect(session.status).toBe("running");
    expect(Object.keys(Object.prototype)).toHaveLength(before);
  });
});

/** Pure noise, noise of a right length and version, and a real frame with noise in the middle, by turns. */
function randomFrame(i: number, noise: Uint8Array, real: Uint8Array): Uint8Array {
  switch (i % 4) {
    case 0:
      return noise.slice(0, must(noise[0]) * 2);
    case 1:
      return overwrite(noise.slice(0, real.length), 0, real.subarray(0, 1));
    case 2:
      return overwrite(real, must(noise[0]) % (real.length - 8), noise.subarray(1, 9));
    default:
      return overwrite(real, 1, noise.subarray(1, 228));
  }
}
