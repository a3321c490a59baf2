import { createHash } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { describe, expect, it } from "vitest";
import { deriveChannels } from "../../src/envelope/channel.ts";
import { isSignedBy } from "../../src/envelope/identity-key.ts";
import { partyIndex } from "../../src/index.ts";
import { decodePoint, encodePoint, multiply, multiplyBase } from "../../src/math/point.ts";
import { encodeScalar, ORDER } from "../../src/math/scalar.ts";
import { must } from "../harness/committee.ts";
import { fromHex, toHex } from "../harness/hex.ts";
import { byFlag, decodeSpki, type EcdhCase, type EcdsaCase, ecdhCases, ecdsaCases } from "./wycheproof.ts";

function sha256(message: Uint8Array | string): Uint8Array {
  return new Uint8Array(createHash("sha256").update(message).digest());
}

/** r ‖ s of a signature in DER, as the curve library reads it: this project has no decoder for DER. */
function fromDer(sig: string): Uint8Array | undefined {
  try {
    return secp256k1.Signature.fromBytes(fromHex(sig), "der").toBytes("compact");
  } catch {
    // The library reports a bad encoding only by throwing.
    return undefined;
  }
}

type Form = { readonly file: string; readonly count: number; readonly valid: number; readonly highS: number };
const FORMS: readonly (Form & { readonly decode: (sig: string) => Uint8Array | undefined })[] = [
  { file: "ecdsa_secp256k1_sha256_bitcoin_test", count: 463, valid: 162, highS: 0, decode: fromDer },
  { file: "ecdsa_secp256k1_sha256_test", count: 476, valid: 168, highS: 72, decode: fromDer },
  { file: "ecdsa_secp256k1_sha256_p1363_test", count: 252, valid: 167, highS: 72, decode: fromHex },
];

function sOf(signature: Uint8Array): bigint {
  return BigInt(`0x${toHex(signature.subarray(32))}`);
}

function withLowS(signature: Uint8Array): Uint8Array {
  return Uint8Array.of(...signature.subarray(0, 32), ...encodeScalar(ORDER - sOf(signature)));
}

describe.each(FORMS)("Wycheproof $file", ({ file, count, valid, highS, decode }) => {
  const cases = ecdsaCases(file);
  const validOnes = cases.filter(({ result }) => result === "valid");

  function isAccepted({ key, msg, sig }: EcdsaCase): boolean {
    const signature = decode(sig);
    return signature !== undefined && isSignedBy(key, sha256(fromHex(msg)), signature);
  }

  function hasHighS({ sig }: EcdsaCase): boolean {
    return sOf(must(decode(sig))) > ORDER / 2n;
  }

  it("is whole", () => {
    expect(cases).toHaveLength(count);
    expect(new Set(cases.map(({ tcId }) => tcId)).size).toBe(count);
    expect([validOnes.length, validOnes.filter(hasHighS).length]).toEqual([valid, highS]);
  });

  it.each(byFlag(cases))("%s: what is valid is accepted if its s is low, and nothing else", (_, group) => {
    const expected = group.filter((vector) => vector.result === "valid" && !hasHighS(vector));
    expect(group.filter(isAccepted).map(({ tcId }) => tcId)).toEqual(expected.map(({ tcId }) => tcId));
  });

  it("valid signatures with a high s: their low twins are accepted", () => {
    const refused = validOnes.filter(hasHighS).filter(({ key, msg, sig }) => {
      const signature = withLowS(must(decode(sig)));
      return !isSignedBy(key, sha256(fromHex(msg)), signature);
    });
    expect(refused).toEqual([]);
  });

  it("valid signatures are refused for another message", () => {
    const accepted = validOnes.filter((vector) => isAccepted({ ...vector, msg: `${vector.msg}00` }));
    expect(accepted).toEqual([]);
  });
});

describe("Wycheproof ecdh_secp256k1_test", () => {
  const cases = ecdhCases("ecdh_secp256k1_test");
  const accepted = cases.filter((vector) => decodeSpki(vector.public) !== undefined);
  const [one, two, sid] = [partyIndex(1), partyIndex(2), sha256("session")];

  function secretOf(vector: EcdhCase): bigint {
    return BigInt(`0x${vector.private}`);
  }

  it("is whole", () => {
    expect(cases).toHaveLength(752);
    expect(new Set(cases.map(({ tcId }) => tcId)).size).toBe(752);
    expect(cases.filter(({ result }) => result === "valid")).toHaveLength(473);
    expect(cases.filter(({ result }) => result === "invalid")).toHaveLength(49);
  });

  it.each(byFlag(cases))("%s: what is valid is read, what is invalid is not", (_, group) => {
    const isWrong = (vector: EcdhCase): boolean =>
      vector.result !== "acceptable" && (decodeSpki(vector.public) !== undefined) !== (vector.result === "valid");
    expect(group.filter(isWrong)).toEqual([]);
  });

  it("of the acceptable ones only the compressed key is read: keys have one encoding", () => {
    const read = accepted.filter(({ result }) => result === "acceptable");
    expect(read.map(({ flags }) => flags)).toEqual([["CompressedPublic", "CompressedPoint"]]);
  });

  it.each(byFlag(accepted))("%s: the shared secret", (_, group) => {
    const shared = group.map((vector) => {
      const point = must(decodeSpki(vector.public));
      return toHex(encodePoint(multiply(point, secretOf(vector))).subarray(1));
    });
    expect(shared).toEqual(group.map((vector) => vector.shared));
  });

  it("65 bytes are no point for the library, on the curve or not", () => {
    const ends = cases.map((vector) => fromHex(vector.public).slice(-65));
    expect(ends.filter((bytes) => decodePoint(bytes) !== undefined)).toEqual([]);
  });

  it.each(cases.slice(0, 24))("both ends of a channel derive the same keys: $tcId", (vector) => {
    // The other's secret is not in the vectors: that of the channel's other end is 7.
    const secret = secretOf(vector);
    const here = deriveChannels(sid, one, two, secret, multiplyBase(7n));
    const there = deriveChannels(sid, two, one, 7n, multiplyBase(secret));
    const text = fromHex(vector.public);
    expect(there.incoming.open(1, sid, here.outgoing.seal(1, sid, text))).toEqual(text);
  });
});
