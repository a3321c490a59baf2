import { describe, expect, it } from "vitest";
import { assertDomain, type Domain } from "../../src/envelope/domain.ts";
import { ENVELOPE_LENGTH, type Envelope, envelopeDigest, isSameSlot } from "../../src/envelope/envelope.ts";
import { decodeFrame, encodeFrame, unverifiedFrameSession } from "../../src/envelope/frame.ts";
import { IdentityKey, identityKeyFromBytes, isSignedBy, signWithIdentity } from "../../src/envelope/identity-key.ts";
import { isAuthenticMessage, opensLeaf } from "../../src/envelope/message.ts";
import { directLeaf, payloadHash } from "../../src/envelope/payload.ts";
import { concat } from "../../src/math/bytes.ts";
import { decodePoint, multiplyBase } from "../../src/math/point.ts";
import { encodeScalar, ORDER, reduce } from "../../src/math/scalar.ts";
import { must } from "../harness/committee.ts";

// Each check on its own: through a session another check often stops the same message.

const bytes32 = (value: number): Uint8Array => new Uint8Array(32).fill(value);
const identity = identityKeyFromBytes(bytes32(7));
const publicKey = must(decodePoint(identity.publicKey));
const domain: Domain = { chainId: 1n, verifyingContract: new Uint8Array(20), keyId: bytes32(1), epoch: 1n };
const broadcast = Uint8Array.of(1, 2, 3);
const direct = { salt: bytes32(3), payload: Uint8Array.of(4, 5) };
const directLeaves = [bytes32(2), directLeaf(direct)];
const envelope: Envelope = {
  domain,
  phase: 3,
  session: bytes32(4),
  sid: bytes32(5),
  round: 6,
  from: 7,
  to: 0,
  prevView: bytes32(8),
  payloadHash: payloadHash(broadcast, directLeaves),
};

function message(content: Envelope = envelope) {
  const signature = signWithIdentity(identity, envelopeDigest(content));
  return { signed: { envelope: content, signature }, broadcast, directLeaves };
}

describe("a domain", () => {
  it("of the smallest numbers and right lengths is one", () => {
    expect(() => assertDomain(domain)).not.toThrow();
  });

  it.each<[string, Partial<Domain>]>([
    ["a contract of 19 bytes", { verifyingContract: new Uint8Array(19) }],
    ["a contract of 21 bytes", { verifyingContract: new Uint8Array(21) }],
    ["a key id of 31 bytes", { keyId: new Uint8Array(31) }],
    ["a key id of 33 bytes", { keyId: new Uint8Array(33) }],
    ["epoch 0", { epoch: 0n }],
    ["chain 0", { chainId: 0n }],
  ])("with %s is none", (_, change) => {
    expect(() => assertDomain({ ...domain, ...change })).toThrowError(
      expect.objectContaining({ code: "invalidDomain" }),
    );
  });
});

describe("a slot", () => {
  it("is the same whatever the content", () => {
    expect(isSameSlot(envelope, { ...envelope, prevView: bytes32(9), payloadHash: bytes32(9) })).toBe(true);
  });

  it.each<[string, Partial<Envelope>]>([
    ["domain", { domain: { ...domain, epoch: 2n } }],
    ["session", { session: bytes32(9) }],
    ["sid", { sid: bytes32(9) }],
    ["phase", { phase: 2 }],
    ["round", { round: 5 }],
    ["sender", { from: 8 }],
    ["recipient", { to: 1 }],
  ])("is another for another %s", (_, change) => {
    expect(isSameSlot(envelope, { ...envelope, ...change })).toBe(false);
  });
});

describe("a message", () => {
  it("is authentic as it was signed", () => {
    expect(isAuthenticMessage(message(), publicKey)).toBe(true);
  });

  it("is not with another broadcast, other leaves, another envelope or of another key", () => {
    const original = message();
    const stranger = must(decodePoint(identityKeyFromBytes(bytes32(8)).publicKey));
    const resigned = { ...original.signed, envelope: { ...envelope, round: 5 } };
    expect(isAuthenticMessage({ ...original, broadcast: Uint8Array.of(1, 2, 4) }, publicKey)).toBe(false);
    expect(isAuthenticMessage({ ...original, directLeaves: directLeaves.toReversed() }, publicKey)).toBe(false);
    expect(isAuthenticMessage({ ...original, signed: resigned }, publicKey)).toBe(false);
    expect(isAuthenticMessage(original, stranger)).toBe(false);
  });

  it("is opened at its leaf by its payload and salt alone", () => {
    expect(opensLeaf(message(), { ...direct, leaf: 1 })).toBe(true);
    expect(opensLeaf(message(), { ...direct, leaf: 0 })).toBe(false);
    expect(opensLeaf(message(), { ...direct, leaf: 2 })).toBe(false);
    expect(opensLeaf(message(), { ...direct, salt: bytes32(4), leaf: 1 })).toBe(false);
    expect(opensLeaf(message(), { ...direct, payload: Uint8Array.of(4, 6), leaf: 1 })).toBe(false);
  });
});

describe("an identity signature", () => {
  /** r ‖ s of a digest chosen so that s comes out as asked. */
  function signatureWith(s: bigint) {
    const [k, d] = [3n, 5n];
    const { x } = multiplyBase(k).toAffine();
    const digest = encodeScalar(reduce(s * k - x * d));
    return { key: multiplyBase(d), digest, signature: concat(encodeScalar(reduce(x)), encodeScalar(s)) };
  }

  it("may have s = (q - 1) / 2 and nothing above", () => {
    const [highest, above] = [signatureWith(ORDER / 2n), signatureWith(ORDER / 2n + 1n)];
    expect(isSignedBy(highest.key, highest.digest, highest.signature)).toBe(true);
    expect(isSignedBy(above.key, above.digest, above.signature)).toBe(false);
  });

  it("is none with r = 0, s = 0, a scalar out of range or another length", () => {
    const { key, digest, signature } = signatureWith(7n);
    const [r, s] = [signature.slice(0, 32), signature.slice(32)];
    expect(isSignedBy(key, digest, signature)).toBe(true);
    for (const bad of [
      concat(bytes32(0), s),
      concat(r, bytes32(0)),
      concat(bytes32(0xff), s),
      concat(r, bytes32(0xff)),
      signature.slice(1),
      concat(signature, Uint8Array.of(0)),
    ]) {
      expect(isSignedBy(key, digest, bad)).toBe(false);
    }
  });

  it("is none if its point is the identity, which would fit every r", () => {
    const [d, r] = [5n, 7n];
    const digest = encodeScalar(reduce(-r * d));
    expect(isSignedBy(multiplyBase(d), digest, concat(encodeScalar(r), encodeScalar(9n)))).toBe(false);
  });

  it("is made by a key that the library loaded, and by no imitation", () => {
    const imitation: IdentityKey = Object.create(IdentityKey.prototype);
    expect(() => signWithIdentity(imitation, bytes32(1))).toThrowError(
      expect.objectContaining({ code: "secretWiped" }),
    );
  });
});

describe("a frame", () => {
  it("with a session id of zeros is none; one byte that is not zero is enough", () => {
    const zero = { ...message({ ...envelope, sid: bytes32(0) }), sealed: new Uint8Array(0) };
    const almost = {
      ...message({ ...envelope, sid: concat(new Uint8Array(31), Uint8Array.of(1)) }),
      sealed: new Uint8Array(0),
    };
    expect(decodeFrame(encodeFrame(zero))).toBeUndefined();
    expect(decodeFrame(encodeFrame(almost))).toEqual(almost);
  });

  it("names its session once envelope, signature and the length of the broadcast are there", () => {
    const bytes = encodeFrame({ ...message(), sealed: new Uint8Array(0) });
    const length = 1 + ENVELOPE_LENGTH + 64 + 4;
    expect(unverifiedFrameSession(bytes.slice(0, length))).toEqual(envelope.session);
    expect(unverifiedFrameSession(bytes.slice(0, length - 1))).toBeUndefined();
  });
});
