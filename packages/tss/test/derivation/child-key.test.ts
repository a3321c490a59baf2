import { describe, expect, it } from "vitest";
import vectors from "../../../../test/vectors/bip32/public-derivation.json" with { type: "json" };
import { childFromDigest } from "../../src/derivation/child-key.ts";
import { deriveChild, derivePath, type ExtendedKey } from "../../src/index.ts";
import { encodePoint, multiplyBase } from "../../src/math/point.ts";
import { encodeScalar, ORDER } from "../../src/math/scalar.ts";
import { decodeExtendedKey } from "../harness/base58.ts";
import { plainDeriveChild } from "../harness/plain-curve.ts";
import { tweakedKey } from "../harness/verify.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const rng = seededRng(`${TEST_SEED}/child-key`);

function randomKey(): ExtendedKey {
  return {
    publicKey: encodePoint(multiplyBase(1n + BigInt(`0x${Buffer.from(rng(31)).toString("hex")}`))),
    chainCode: rng(32),
  };
}

function readKey(text: string): ExtendedKey {
  const bytes = decodeExtendedKey(text);
  return { chainCode: bytes.slice(13, 45), publicKey: bytes.slice(45) };
}

describe("CKDpub", () => {
  it.each(vectors.steps)("agrees with BIP-32, $name", ({ parent, index, child }) => {
    const derived = deriveChild(readKey(parent), index);
    expect(derived).toMatchObject({ kind: "child", ...readKey(child) });
  });

  it(`agrees with schoolbook arithmetic on random keys (seed ${TEST_SEED})`, () => {
    for (const index of [0, 1, 0x7fff_ffff, 0x0102_0304]) {
      const parent = randomKey();
      expect(deriveChild(parent, index)).toEqual({ kind: "child", ...plainDeriveChild(parent, index) });
    }
  });

  it.each([-1, 0.5, 0x8000_0000, Number.NaN, 2 ** 40])("refuses the index %d", (index) => {
    expect(() => deriveChild(randomKey(), index)).toThrowError(expect.objectContaining({ code: "hardenedIndex" }));
  });

  it("refuses a parent that is no point, and a chain code of another length", () => {
    const parent = randomKey();
    expect(() => deriveChild({ ...parent, publicKey: new Uint8Array(33) }, 0)).toThrowError(
      expect.objectContaining({ code: "invalidPublicKey" }),
    );
    expect(() => deriveChild({ ...parent, chainCode: new Uint8Array(31) }, 0)).toThrowError(
      expect.objectContaining({ code: "invalidLength" }),
    );
  });

  it("defines no child for IL >= q", () => {
    const parent = randomKey();
    const order = Buffer.from(ORDER.toString(16), "hex");
    for (const left of [order, new Uint8Array(32).fill(0xff)]) {
      const digest = new Uint8Array([...left, ...rng(32)]);
      expect(childFromDigest(parent, digest)).toEqual({ kind: "noChild", reason: "tweakOutOfRange" });
    }
  });

  it("defines no child at the identity, and one for IL = q - 1", () => {
    const parent = { publicKey: encodePoint(multiplyBase(5n)), chainCode: rng(32) };
    const digestOf = (left: bigint) => new Uint8Array([...encodeScalar(left), ...rng(32)]);
    expect(childFromDigest(parent, digestOf(ORDER - 5n))).toEqual({ kind: "noChild", reason: "identityKey" });
    const child = childFromDigest(parent, digestOf(ORDER - 1n));
    expect(child).toMatchObject({ kind: "child", publicKey: encodePoint(multiplyBase(4n)) });
  });
});

describe("a path", () => {
  it("adds up its tweaks: ancestor + tweak * G is the key at its end", () => {
    const ancestor = randomKey();
    const path = [0, 7, 0x7fff_ffff];
    const end = derivePath(ancestor, path);
    if (end.kind !== "child") throw new TypeError(end.reason);
    expect(tweakedKey(ancestor.publicKey, end.tweak)).toEqual(end.publicKey);
    expect(end.tweak).toBeLessThan(ORDER);
    let key: ExtendedKey = ancestor;
    for (const index of path) key = plainDeriveChild(key, index);
    expect(end).toMatchObject({ publicKey: key.publicKey, chainCode: key.chainCode });
  });

  it("that is empty ends at the ancestor, in copies", () => {
    const ancestor = randomKey();
    const end = derivePath(ancestor, []);
    expect(end).toEqual({ kind: "child", ...ancestor, tweak: 0n });
    if (end.kind === "child") end.publicKey.fill(0);
    expect(ancestor.publicKey[0]).not.toBe(0);
  });
});
