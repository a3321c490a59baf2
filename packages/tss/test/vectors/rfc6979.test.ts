import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import deterministic from "../../../../test/vectors/rfc6979/secp256k1-sha256.json" with { type: "json" };
import { isSignedBy, signWithIdentity } from "../../src/envelope/identity-key.ts";
import { identityKeyFromBytes } from "../../src/index.ts";
import { decodePoint } from "../../src/math/point.ts";
import { must } from "../harness/committee.ts";
import { fromHex, toHex } from "../harness/hex.ts";

function sha256(message: string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(message).digest());
}

describe("deterministic ECDSA (RFC 6979) with an identity key", () => {
  it("has all vectors", () => {
    expect(deterministic.tests).toHaveLength(13);
  });

  it.each(deterministic.tests)("$source: $message", ({ secret, message, signature }) => {
    const identity = identityKeyFromBytes(fromHex(secret));
    const digest = sha256(message);
    expect(toHex(signWithIdentity(identity, digest))).toBe(signature);
    expect(isSignedBy(must(decodePoint(identity.publicKey)), digest, fromHex(signature))).toBe(true);
  });
});
