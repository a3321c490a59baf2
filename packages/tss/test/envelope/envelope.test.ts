import { secp256k1 } from "@noble/curves/secp256k1.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Channel, deriveChannels } from "../../src/envelope/channel.ts";
import { ENVELOPE_LENGTH, type Envelope, encodeEnvelope, envelopeDigest } from "../../src/envelope/envelope.ts";
import { decodeFrame, encodeFrame, unverifiedFrameSession } from "../../src/envelope/frame.ts";
import {
  type IdentityKey,
  identityKeyFromBytes,
  isSignedBy,
  signWithIdentity,
} from "../../src/envelope/identity-key.ts";
import { directLeaf, payloadHash } from "../../src/envelope/payload.ts";
import { partyIndex } from "../../src/math/party-index.ts";
import { decodePoint, multiplyBase, type Point } from "../../src/math/point.ts";
import { ORDER } from "../../src/math/scalar.ts";
import { must } from "../harness/committee.ts";
import { fromHex, toHex } from "../harness/hex.ts";
import { flip, overwrite } from "../harness/tamper.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const bytes32 = (value: number): Uint8Array => new Uint8Array(32).fill(value);
const identity = identityKeyFromBytes(bytes32(7));
const stranger = identityKeyFromBytes(bytes32(8));

const envelope: Envelope = {
  domain: {
    chainId: 31337n,
    verifyingContract: new Uint8Array(20).fill(0xc0),
    keyId: bytes32(1),
    epoch: 2n,
  },
  phase: 3,
  session: bytes32(4),
  sid: bytes32(5),
  round: 6,
  from: 7,
  to: 0,
  prevView: bytes32(8),
  payloadHash: bytes32(9),
};

function pointOf(key: IdentityKey): Point {
  return must(decodePoint(key.publicKey));
}

function sign(content: Envelope, key = identity) {
  return { envelope: content, signature: signWithIdentity(key, envelopeDigest(content)) };
}

describe("the envelope", () => {
  it("has the EIP-712 digest that an independent implementation computes", () => {
    expect(toHex(envelopeDigest(envelope))).toBe("9c867d5c417745591dcf5b078fa01569e852cca3903a4bc47fd8af091a03cc57");
  });

  it("is bound to every field", () => {
    const { domain } = envelope;
    const changes: readonly Partial<Envelope>[] = [
      { domain: { ...domain, chainId: 1n } },
      { domain: { ...domain, verifyingContract: flip(domain.verifyingContract, 0) } },
      { domain: { ...domain, keyId: bytes32(2) } },
      { domain: { ...domain, epoch: 3n } },
      { phase: 2 },
      { session: bytes32(0xaa) },
      { sid: bytes32(0xaa) },
      { round: 5 },
      { from: 6 },
      { to: 1 },
      { prevView: bytes32(0xaa) },
      { payloadHash: bytes32(0xaa) },
    ];
    const digests = [envelope, ...changes.map((change) => ({ ...envelope, ...change }))].map((content) =>
      toHex(envelopeDigest(content)),
    );
    expect(new Set(digests).size).toBe(changes.length + 1);
  });

  it("has a fixed layout", () => {
    expect(encodeEnvelope(envelope)).toHaveLength(ENVELOPE_LENGTH);
    expect(ENVELOPE_LENGTH).toBe(226);
  });
});

describe("identity signatures", () => {
  it("are deterministic, low-s and bound to key and digest", () => {
    const digest = envelopeDigest(envelope);
    const signature = signWithIdentity(identity, digest);
    expect(signWithIdentity(identity, digest)).toEqual(signature);
    expect(secp256k1.verify(signature, digest, identity.publicKey, { prehash: false, lowS: true })).toBe(true);
    expect(isSignedBy(pointOf(identity), digest, signature)).toBe(true);
    expect(isSignedBy(pointOf(stranger), digest, signature)).toBe(false);
    expect(isSignedBy(pointOf(identity), bytes32(1), signature)).toBe(false);
    expect(isSignedBy(pointOf(identity), digest, signature.slice(1))).toBe(false);
    const s = ORDER - BigInt(`0x${toHex(signature.slice(32))}`);
    const high = new Uint8Array([...signature.slice(0, 32), ...fromHex(s.toString(16).padStart(64, "0"))]);
    expect(isSignedBy(pointOf(identity), digest, high)).toBe(false);
  });

  it("verify exactly what noble verifies, with and without a table", () => {
    const rng = seededRng(`${TEST_SEED}/ecdsa`);
    for (let i = 0; i < 60; i++) {
      const key = identityKeyFromBytes(rng(32));
      const point = pointOf(key);
      if (i % 2 === 0) point.precompute(4, false);
      const digest = rng(32);
      const signature = signWithIdentity(key, digest);
      const damaged = flip(signature, i % 64);
      for (const candidate of [signature, damaged]) {
        const expected = secp256k1.verify(candidate, digest, key.publicKey, { prehash: false, lowS: true });
        expect(isSignedBy(point, digest, candidate)).toBe(expected);
      }
    }
  });

  it.each([
    ["r = 0", (signature: Uint8Array) => overwrite(signature, 0, new Uint8Array(32))],
    ["s = 0", (signature: Uint8Array) => overwrite(signature, 32, new Uint8Array(32))],
    ["r = q", (signature: Uint8Array) => overwrite(signature, 0, fromHex(ORDER.toString(16)))],
    ["s = q", (signature: Uint8Array) => overwrite(signature, 32, fromHex(ORDER.toString(16)))],
    ["all ones", (signature: Uint8Array) => signature.slice().fill(0xff)],
  ])("%s is no signature", (_name, change) => {
    const digest = envelopeDigest(envelope);
    expect(isSignedBy(pointOf(identity), digest, change(signWithIdentity(identity, digest)))).toBe(false);
  });

  it.each([
    ["zero", new Uint8Array(32)],
    ["q", fromHex(ORDER.toString(16))],
    ["31 bytes", new Uint8Array(31).fill(1)],
    ["33 bytes", new Uint8Array(33).fill(1)],
  ])("no identity key from %s", (_name, bytes) => {
    expect(() => identityKeyFromBytes(bytes)).toThrowError(expect.objectContaining({ code: "invalidIdentityKey" }));
  });

  it("a wiped key signs nothing, and the secret is no property of a key", () => {
    const key = identityKeyFromBytes(bytes32(9));
    expect(JSON.stringify(key)).not.toContain("9,9,9,9");
    expect(Object.keys(key)).toEqual(["publicKey"]);
    key.wipe();
    expect(() => signWithIdentity(key, bytes32(1))).toThrowError(expect.objectContaining({ code: "secretWiped" }));
  });

  it("copies the bytes it is loaded from", () => {
    const secret = bytes32(9);
    const key = identityKeyFromBytes(secret);
    secret.fill(0);
    expect(isSignedBy(pointOf(key), bytes32(1), signWithIdentity(key, bytes32(1)))).toBe(true);
  });
});

describe("channels", () => {
  const [one, two] = [partyIndex(1), partyIndex(2)];
  const sid = bytes32(5);
  const a = deriveChannels(sid, one, two, 11n, multiplyBase(22n));
  const b = deriveChannels(sid, two, one, 22n, multiplyBase(11n));
  const text = Uint8Array.of(1, 2, 3);
  const associated = bytes32(6);

  it("carry a payload from one side to the other, each direction with its own key", () => {
    const sealed = a.outgoing.seal(2, associated, text);
    expect(b.incoming.open(2, associated, sealed)).toEqual(text);
    expect(a.incoming.open(2, associated, sealed)).toBeUndefined();
    expect(b.outgoing.seal(2, associated, text)).not.toEqual(sealed);
  });

  it("open nothing under another round, envelope, session or with a changed byte", () => {
    const sealed = a.outgoing.seal(3, associated, text);
    expect(b.incoming.open(4, associated, sealed)).toBeUndefined();
    expect(b.incoming.open(3, bytes32(7), sealed)).toBeUndefined();
    expect(b.incoming.open(3, associated, flip(sealed, 0))).toBeUndefined();
    expect(b.incoming.open(3, associated, new Uint8Array(3))).toBeUndefined();
    const elsewhere = deriveChannels(bytes32(9), two, one, 22n, multiplyBase(11n));
    expect(elsewhere.incoming.open(3, associated, sealed)).toBeUndefined();
  });

  it("never use a counter twice", () => {
    const channel = new Channel(bytes32(1));
    channel.seal(2, associated, text);
    for (const round of [2, 1]) {
      expect(() => channel.seal(round, associated, text)).toThrowError(
        expect.objectContaining({ code: "sealCounterReused" }),
      );
    }
    expect(() => channel.seal(3, associated, text)).not.toThrow();
  });

  it("are dead after wiping", () => {
    const channel = new Channel(bytes32(1));
    channel.wipe();
    expect(() => channel.seal(1, associated, text)).toThrowError(expect.objectContaining({ code: "secretWiped" }));
    expect(() => channel.open(1, associated, text)).toThrowError(expect.objectContaining({ code: "secretWiped" }));
  });
});

describe("frames", () => {
  const direct = { salt: bytes32(3), payload: Uint8Array.of(4, 5) };
  const broadcast = Uint8Array.of(1, 2, 3);
  const directLeaves = [directLeaf(direct), bytes32(2)];
  const content = { ...envelope, payloadHash: payloadHash(broadcast, directLeaves) };
  const frame = { signed: sign(content), broadcast, directLeaves, sealed: new Uint8Array(20).fill(9) };

  it("decode to what was encoded", () => {
    expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
    expect(unverifiedFrameSession(encodeFrame(frame))).toEqual(envelope.session);
    expect(unverifiedFrameSession(new Uint8Array(10))).toBeUndefined();
  });

  it("random bytes never throw and never decode", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        expect(decodeFrame(bytes)).toBeUndefined();
      }),
      { numRuns: 2000 },
    );
  });

  it("damaged frames never throw, and what decodes encodes to the same bytes", () => {
    const original = encodeFrame(frame);
    fc.assert(
      fc.property(fc.nat(original.length - 1), fc.nat(255), fc.nat(3), (offset, value, cut) => {
        const bytes = original.slice(0, original.length - cut);
        if (offset < bytes.length) bytes[offset] = value;
        const decoded = decodeFrame(bytes);
        if (decoded !== undefined) expect(encodeFrame(decoded)).toEqual(bytes);
      }),
      { numRuns: 3000 },
    );
  });

  it("huge announced lengths cost nothing", () => {
    const bytes = encodeFrame(frame);
    bytes.fill(0xff, 291, 295);
    expect(decodeFrame(bytes)).toBeUndefined();
  });
});
