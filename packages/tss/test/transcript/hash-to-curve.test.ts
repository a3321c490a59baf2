import { hash_to_field } from "@noble/curves/abstract/hash-to-curve.js";
import { secp256k1, secp256k1_hasher } from "@noble/curves/secp256k1.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { describe, expect, test } from "vitest";
import vectors from "../../../../test/vectors/rfc9380-secp256k1.json" with { type: "json" };
import { PRIME } from "../../src/math/field.ts";
import { mapPairsToCurve } from "../../src/math/map-to-curve.ts";
import { type Point, pointFromAffine } from "../../src/math/point.ts";
import { encodeTranscript } from "../../src/transcript/hash.ts";
import { CURVE_DOMAIN, hashToCurve } from "../../src/transcript/hash-to-curve.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

/** hash_to_field of the suite, from the library. */
function elementsOf(message: Uint8Array, DST: string): readonly [bigint, bigint] {
  const options = { DST, p: PRIME, m: 1, k: 128, expand: "xmd", hash: sha256 } as const;
  const [first, second] = hash_to_field(message, 2, options).flat();
  return [first ?? expect.fail("no element"), second ?? expect.fail("no element")];
}

/** map_to_curve of the suite, from the library, whose type asks for an array where the code asks for a number. */
function libraryMap(element: bigint): Point {
  const { x, y } = secp256k1_hasher.mapToCurve(element as never);
  return pointFromAffine(x, y);
}

describe("the map to the curve", () => {
  test.each(vectors.vectors)("agrees with RFC 9380 J.8.1 for $message", ({ message, x, y }) => {
    const mapped = mapPairsToCurve([elementsOf(utf8ToBytes(message), vectors.dst)]);
    expect(mapped?.[0]?.toAffine()).toEqual({ x: BigInt(x), y: BigInt(y) });
  });

  test("agrees with the library for elements at the edges", () => {
    const edges = [1n, 2n, 3n, PRIME - 1n, PRIME - 2n, 2n ** 255n, PRIME / 2n];
    const pairs = edges.flatMap((a) => edges.filter((b) => b !== a && b !== PRIME - a).map((b) => [a, b] as const));
    for (const [i, point] of (mapPairsToCurve(pairs) ?? []).entries()) {
      const [a, b] = pairs[i] ?? [0n, 0n];
      const expected = libraryMap(a).add(libraryMap(b));
      expect(point.equals(expected), `${a}, ${b}`).toBe(true);
    }
    expect(mapPairsToCurve(pairs)).toHaveLength(pairs.length);
  });

  test.each([
    ["u = 0, where the first map divides by zero", [0n, 5n]],
    ["equal points, where the sum is a doubling", [5n, 5n]],
    ["opposite points, whose sum is the identity", [5n, PRIME - 5n]],
  ] as const)("has no result for %s", (_, pair) => {
    expect(mapPairsToCurve([[1n, 2n], pair])).toBeUndefined();
  });
});

describe("hashToCurve", () => {
  const rng = seededRng(`${TEST_SEED}/hash-to-curve`);

  test("is the suite over the encoding, under the domain of the tag, for 300 random inputs", () => {
    const inputs = Array.from({ length: 300 }, () => [rng(32), rng(3)]);
    const points = hashToCurve("ot/h", inputs);
    expect(CURVE_DOMAIN).toBe("SYNOD-DKLS23-v1/");
    for (const [i, parts] of inputs.entries()) {
      const expected = secp256k1_hasher.hashToCurve(encodeTranscript("ot/h", parts), { DST: "SYNOD-DKLS23-v1/ot/h" });
      expect(points[i]?.equals(secp256k1.Point.fromAffine(expected.toAffine()))).toBe(true);
    }
  });

  test("of no inputs is nothing", () => {
    expect(hashToCurve("ot/h", [])).toEqual([]);
  });
});
