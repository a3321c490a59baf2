import fc from "fast-check";
import { bytesToHex, type Hex } from "viem";
import { expect, test } from "vitest";
import { decodeFrame, encodeFrame, type PeerFrame, PHASES } from "../../src/sessions/frame.ts";

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value): Hex => bytesToHex(value));

const headTerms = {
  committeeId: hex(32),
  epoch: fc.bigInt(0n, 0xffff_ffff_ffff_ffffn),
  length: fc.nat(0xffff_ffff),
  hash: hex(32),
};

const frames: fc.Arbitrary<PeerFrame> = fc.oneof(
  fc.record({
    kind: fc.constant("session" as const),
    slot: fc.record({
      phase: fc.constantFrom(...PHASES),
      subject: hex(32),
      attempt: fc.nat(0xffff_ffff),
    }),
    handle: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    payload: fc.uint8Array({ minLength: 1, maxLength: 200 }),
  }),
  fc.record({
    kind: fc.constant("attestation" as const),
    decisionId: hex(32),
    reply: fc.boolean(),
    resultHash: hex(32),
    signature: hex(65),
  }),
  fc.record({ kind: fc.constant("signature" as const), subject: hex(32), signature: hex(65) }),
  fc.record({ kind: fc.constant("approval" as const), subject: hex(32), signature: hex(65) }),
  fc.record({ kind: fc.constant("ask" as const), subject: hex(32) }),
  fc.record({
    kind: fc.constant("record" as const),
    subject: hex(32),
    record: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  }),
  fc.record({
    kind: fc.constant("stored" as const),
    subject: hex(32),
    attempt: fc.nat(0xffff_ffff),
    recordHash: hex(32),
  }),
  fc.record({ kind: fc.constant("chainView" as const), number: fc.bigInt(0n, 0xffff_ffff_ffff_ffffn), hash: hex(32) }),
  fc
    .record({ ...headTerms, signature: hex(65), from: fc.nat(1_000), entryHashes: fc.array(hex(32), { maxLength: 5 }) })
    .map((head) => ({ kind: "auditHead" as const, ...head, length: head.from + head.entryHashes.length })),
  fc.record({
    kind: fc.constant("auditCoSignature" as const),
    ...headTerms,
    ownSignature: hex(65),
    signature: hex(65),
  }),
);

test("what is encoded is decoded to the same", () => {
  fc.assert(
    fc.property(frames, (frame) => {
      expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
    }),
  );
});

/** A frame that shows a head at `length`, of zeros else, with so many entry hashes. */
function headFrame({ length, from, hashes }: { length: number; from: number; hashes: number }): Uint8Array {
  const bytes = new Uint8Array(146 + 32 * hashes);
  bytes[0] = 9;
  new DataView(bytes.buffer).setUint32(41, length);
  new DataView(bytes.buffer).setUint32(142, from);
  return bytes;
}

test("random bytes never throw, and what they decode to encodes to the same bytes", () => {
  const withKind = fc.tuple(
    fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255),
    fc.uint8Array({ maxLength: 200 }),
  );
  fc.assert(
    fc.property(withKind, ([kind, rest]) => {
      const bytes = Uint8Array.of(kind, ...rest);
      const frame = decodeFrame(bytes);
      if (frame !== undefined) expect(encodeFrame(frame)).toEqual(bytes);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["nothing", new Uint8Array()],
  ["an unknown kind", Uint8Array.of(11, ...new Uint8Array(131))],
  ["a session without payload", Uint8Array.of(1, ...new Uint8Array(69))],
  ["an unknown phase", Uint8Array.of(1, PHASES.length, ...new Uint8Array(100))],
  ["a reply that is neither yes nor no", Uint8Array.of(2, ...new Uint8Array(32), 2, ...new Uint8Array(97))],
  ["an attestation with a trailing byte", Uint8Array.of(2, ...new Uint8Array(131))],
  ["a stored note with a trailing byte", Uint8Array.of(4, ...new Uint8Array(69))],
  ["a question with a trailing byte", Uint8Array.of(5, ...new Uint8Array(33))],
  ["an empty record", Uint8Array.of(6, ...new Uint8Array(32))],
  ["a record that is too long", Uint8Array.of(6, ...new Uint8Array(32 + 8_193))],
  ["a long approval", Uint8Array.of(7, ...new Uint8Array(98))],
  ["a chain view with a trailing byte", Uint8Array.of(8, ...new Uint8Array(41))],
  ["a head without what leads to it", headFrame({ length: 2, from: 1, hashes: 0 })],
  ["a head with more than leads to it", headFrame({ length: 2, from: 2, hashes: 1 })],
  ["a head that begins behind its end", headFrame({ length: 1, from: 2, hashes: 0 })],
  ["a head after too many entries", headFrame({ length: 1_025, from: 0, hashes: 1_025 })],
  ["a head that ends in its signature", Uint8Array.of(9, ...new Uint8Array(144))],
  ["a co-signature with a trailing byte", Uint8Array.of(10, ...new Uint8Array(207))],
  ["a short signature", Uint8Array.of(3, ...new Uint8Array(96))],
])("%s is no frame", (_name, bytes) => {
  expect(decodeFrame(bytes)).toBeUndefined();
});
