import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import deterministic from "../../../../test/vectors/rfc6979/secp256k1-sha256.json" with { type: "json" };
import ecdh from "../../../../test/vectors/wycheproof/ecdh-secp256k1.json" with { type: "json" };
import ecdsa from "../../../../test/vectors/wycheproof/ecdsa-secp256k1-sha256-p1363.json" with { type: "json" };
import { deriveChannels } from "../../src/envelope/channel.ts";
import { isSignedBy, signWithIdentity } from "../../src/envelope/identity-key.ts";
import { identityKeyFromBytes, partyIndex } from "../../src/index.ts";
import { decodePoint, encodePoint, multiply, multiplyBase } from "../../src/math/point.ts";
import { encodeScalar, ORDER } from "../../src/math/scalar.ts";
import { must } from "../harness/committee.ts";
import { fromHex, toHex } from "../harness/hex.ts";

function sha256(message: Uint8Array | string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(message).digest());
}

/** x and y of an uncompressed point as 33 bytes. */
function compress(uncompressed: Uint8Array): Uint8Array {
  return Uint8Array.of(2 + (must(uncompressed[64]) & 1), ...uncompressed.slice(1, 33));
}

describe("Wycheproof ECDSA, r ‖ s", () => {
  const key = must(decodePoint(compress(fromHex(ecdsa.publicKey))));

  it.each(ecdsa.tests)("$tcId $comment: $result, and never with a high s", ({ msg, sig, result }) => {
    const s = BigInt(`0x${sig.slice(sig.length / 2)}`);
    const isExpected = result === "valid" && s <= ORDER / 2n;
    expect(isSignedBy(key, sha256(fromHex(msg)), fromHex(sig))).toBe(isExpected);
  });

  it("1 with its low twin: valid", () => {
    const { msg, sig } = must(ecdsa.tests[0]);
    const low = encodeScalar(ORDER - BigInt(`0x${sig.slice(64)}`));
    const signature = new Uint8Array([...fromHex(sig.slice(0, 64)), ...low]);
    expect(isSignedBy(key, sha256(fromHex(msg)), signature)).toBe(true);
    expect(isSignedBy(key, sha256("another message"), signature)).toBe(false);
  });
});

describe("Wycheproof ECDH", () => {
  const POINT_AT = 23;

  it.each(ecdh.tests.filter(({ tcId }) => tcId <= 12))("$tcId $comment", (vector) => {
    const encoded = fromHex(vector.public).slice(POINT_AT);
    const point = must(decodePoint(encoded.length === 33 ? encoded : compress(encoded)));
    const secret = BigInt(`0x${vector.private}`);
    expect(toHex(encodePoint(multiply(point, secret)).slice(1))).toBe(vector.shared);
    const [one, two, sid] = [partyIndex(1), partyIndex(2), sha256("session")];
    // Both ends derive the same channel; the other's secret is unknown here, so the generator stands in for it.
    const here = deriveChannels(sid, one, two, secret, multiplyBase(7n));
    const there = deriveChannels(sid, two, one, 7n, multiplyBase(secret));
    expect(there.incoming.open(1, sid, here.outgoing.seal(1, sid, encoded))).toEqual(encoded);
  });

  it("457: a point in any other form than 33 bytes on the curve is refused", () => {
    const encoded = fromHex(must(ecdh.tests.at(-1)).public).slice(POINT_AT);
    expect(decodePoint(encoded)).toBeUndefined();
    const y = BigInt(`0x${toHex(encoded.slice(33))}`);
    const x = BigInt(`0x${toHex(encoded.slice(1, 33))}`);
    const p = 2n ** 256n - 2n ** 32n - 977n;
    expect((y * y - x * x * x - 7n) % p).not.toBe(0n);
  });
});

describe("deterministic ECDSA (RFC 6979) with an identity key", () => {
  it.each(deterministic.tests)("$message", ({ secret, message, signature }) => {
    const identity = identityKeyFromBytes(fromHex(secret));
    const digest = sha256(message);
    expect(toHex(signWithIdentity(identity, digest))).toBe(signature);
    expect(isSignedBy(must(decodePoint(identity.publicKey)), digest, fromHex(signature))).toBe(true);
  });
});
