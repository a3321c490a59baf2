import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFrame, encodeFrame, type Frame } from "../../src/envelope/frame.ts";
import {
  decodeBackup,
  decodeEvidence,
  decodeKeyShare,
  decodePendingKeyShare,
  decodePublicRecord,
  encodeBackup,
  encodeEvidence,
  encodeKeyShare,
  encodePendingKeyShare,
  encodePublicRecord,
  exposeBackup,
  partyIndex,
  TssError,
} from "../../src/index.ts";
import { decodePoint, encodePoint, multiplyBase } from "../../src/math/point.ts";
import { decodeScalar, encodeScalar, reduce } from "../../src/math/scalar.ts";
import { encodeTranscript } from "../../src/transcript/hash.ts";
import { provenCases } from "../evidence/cases.ts";
import { createCommittee, must } from "../harness/committee.ts";
import { dealKeyShares } from "../harness/dealer.ts";
import { toHex } from "../harness/hex.ts";
import { dealPending, succeed } from "../harness/reshare.ts";
import { TEST_SEED } from "../seeded-rng.ts";
import { runs } from "./runs.ts";

const one = partyIndex(1);
const committee = createCommittee(2, 3, "codec properties");
const shares = dealKeyShares(committee);
const share = must(shares.get(one));
const next = succeed(committee, 2, committee.members.map(committee.identityOf));
const pending = must(dealPending(shares, next).get(one));

/** The decoded value encoded again; undefined if the decoder refused, in its own way. */
function reencode(decode: () => Uint8Array | undefined): Uint8Array | undefined {
  try {
    return decode();
  } catch (error) {
    if (error instanceof TssError) return undefined;
    throw error;
  }
}

/** Name, an honest encoding, and what decoding and encoding again gives. */
const CODECS: readonly (readonly [string, Uint8Array, (bytes: Uint8Array) => Uint8Array | undefined])[] = [
  [
    "key share",
    encodeKeyShare(share),
    (bytes) => encodeKeyShare(decodeKeyShare(bytes, { domain: committee.domain, self: one })),
  ],
  [
    "pending share",
    encodePendingKeyShare(pending),
    (bytes) => encodePendingKeyShare(decodePendingKeyShare(bytes, { domain: next.domain, self: one })),
  ],
  ["public record", encodePublicRecord(share.record), (bytes) => encodePublicRecord(decodePublicRecord(bytes))],
  ["backup", encodeBackup(exposeBackup(share)), (bytes) => encodeBackup(decodeBackup(bytes))],
  ...provenCases()
    .slice(0, 6)
    .map(([name, , evidence]): (typeof CODECS)[number] => [
      `evidence of ${name}`,
      encodeEvidence(evidence),
      (bytes) => {
        const decoded = decodeEvidence(bytes);
        return decoded && encodeEvidence(decoded);
      },
    ]),
];

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const frame: fc.Arbitrary<Frame> = fc.record({
  signed: fc.record({
    envelope: fc.record({
      domain: fc.record({
        chainId: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
        verifyingContract: bytesOf(20),
        keyId: bytesOf(32),
        epoch: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      }),
      phase: fc.integer({ min: 0, max: 255 }),
      session: bytesOf(32),
      sid: bytesOf(32).filter((sid) => sid.some((byte) => byte !== 0)),
      round: fc.integer({ min: 0, max: 255 }),
      from: fc.integer({ min: 0, max: 65_535 }),
      to: fc.integer({ min: 0, max: 65_535 }),
      prevView: bytesOf(32),
      payloadHash: bytesOf(32),
    }),
    signature: bytesOf(64),
  }),
  broadcast: fc.uint8Array({ maxLength: 80 }),
  directLeaves: fc.array(bytesOf(32), { maxLength: 4 }),
  sealed: fc.uint8Array({ maxLength: 80 }),
});

describe(`properties of encodings (seed ${TEST_SEED})`, () => {
  it.each(CODECS)("%s: decoding inverts encoding", (_name, bytes, again) => {
    expect(toHex(must(again(bytes.slice())))).toBe(toHex(bytes));
  });

  it.each(CODECS)(
    "%s: what decodes at all encodes to the same bytes, so a value has one encoding",
    { timeout: 120_000 },
    (_name, bytes, again) => {
      fc.assert(
        fc.property(
          fc.nat({ max: bytes.length - 1 }),
          fc.integer({ min: 1, max: 255 }),
          fc.integer({ min: -2, max: 2 }),
          (at, change, longer) => {
            const changed = new Uint8Array(bytes.length + longer);
            changed.set(bytes.subarray(0, changed.length));
            if (at < changed.length) changed[at] = must(changed[at]) ^ change;
            const result = reencode(() => again(changed.slice()));
            if (result !== undefined) expect(toHex(result)).toBe(toHex(changed));
          },
        ),
        runs(40),
      );
    },
  );

  it("frames and envelopes: decoding inverts encoding, and one frame has one encoding", () => {
    fc.assert(
      fc.property(frame, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, change) => {
        const bytes = encodeFrame(value);
        expect(decodeFrame(bytes)).toEqual(value);
        const changed = bytes.slice();
        changed[at % bytes.length] = must(changed[at % bytes.length]) ^ change;
        const other = decodeFrame(changed);
        if (other !== undefined) expect(toHex(encodeFrame(other))).toBe(toHex(changed));
        for (const cut of [bytes.slice(0, -1), new Uint8Array([...bytes, 0])]) expect(decodeFrame(cut)).toBeUndefined();
      }),
      runs(300),
    );
  });

  it("scalars: 32 bytes below q are a scalar, all others are none", () => {
    fc.assert(
      fc.property(bytesOf(32), (bytes) => {
        const value = decodeScalar(bytes);
        expect(value === undefined).toBe(BigInt(`0x${toHex(bytes)}`) !== reduce(BigInt(`0x${toHex(bytes)}`)));
        if (value !== undefined) expect(toHex(encodeScalar(value))).toBe(toHex(bytes));
      }),
      runs(500),
    );
  });

  it("points: decoding inverts encoding, and no two encodings are one point", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 255n }), bytesOf(33), (s, noise) => {
        const point = multiplyBase(s);
        expect(must(decodePoint(encodePoint(point))).equals(point)).toBe(true);
        const random = decodePoint(noise.with(0, 2 + (must(noise[0]) & 1)));
        if (random !== undefined)
          expect(toHex(encodePoint(random))).toBe(toHex(noise.with(0, 2 + (must(noise[0]) & 1))));
      }),
      runs(60),
    );
  });

  it("part lists of a hash: the encoding can be read back, so no two lists have one", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (parts) => {
        expect(readParts(encodeTranscript("sid", parts)).map(toHex)).toEqual(parts.map(toHex));
      }),
      runs(300),
    );
  });
});

/** An independent reader of the transcript encoding: total, then tag and parts with their lengths. */
function readParts(bytes: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expect(Number(view.getBigUint64(0))).toBe(bytes.length - 8);
  const fields: Uint8Array[] = [];
  for (let at = 8; at < bytes.length; ) {
    const length = view.getUint32(at);
    fields.push(bytes.slice(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return fields.slice(1);
}
