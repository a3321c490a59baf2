import { randomBytes } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { AffinePoint, PointBackend } from "@synod/tss";
import { beforeAll, describe, expect, test } from "vitest";
import { loadWasmBackend } from "../src/index.ts";

const { BASE, Fn, Fp } = secp256k1.Point;
const q = Fn.ORDER;
// The eigenvalue of (x, y) -> (beta x, y), where the split of a scalar is degenerate.
const LAMBDA = 0x5363ad4cc05c30e0a5261c028812645a122e22ea20816678df02967c1b23bd72n;
const EDGES = [
  1n,
  2n,
  3n,
  15n,
  16n,
  2n ** 32n,
  2n ** 128n - 1n,
  2n ** 128n,
  2n ** 255n,
  LAMBDA,
  q - LAMBDA,
  q / 2n,
  q - 2n,
  q - 1n,
];

function randomScalar(): bigint {
  return (BigInt(`0x${randomBytes(40).toString("hex")}`) % (q - 1n)) + 1n;
}

const scalars = [...EDGES, ...Array.from({ length: 40 }, randomScalar)];
const points = scalars.map(() => BASE.multiply(randomScalar()));

function expectPoints(actual: readonly (AffinePoint | undefined)[], expected: readonly AffinePoint[]): void {
  expect(actual).toEqual(expected.map(({ x, y }) => ({ x, y })));
}

describe("libsecp256k1 in WebAssembly agrees with the curve library", () => {
  let backend: PointBackend;

  beforeAll(async () => {
    backend = await loadWasmBackend();
  });

  test("for multiples of the generator", () => {
    expectPoints(
      backend.multiplyBase(scalars),
      scalars.map((s) => BASE.multiply(s).toAffine()),
    );
  });

  test("for signatures, also of digests above q, and of what stands in a larger buffer", () => {
    for (const scalar of scalars) {
      const secret = Fn.toBytes(scalar);
      for (const digest of [new Uint8Array(randomBytes(33)).subarray(1), new Uint8Array(32).fill(0xff)]) {
        expect(backend.sign?.(digest, secret)).toEqual(secp256k1.sign(digest, secret, { prehash: false, lowS: true }));
      }
    }
  });

  test("for multiples of other points", () => {
    expectPoints(
      backend.multiply(points, scalars),
      points.map((point, i) => point.multiply(scalars[i] ?? 1n).toAffine()),
    );
    expectPoints(backend.multiply([BASE.toAffine(), BASE.negate().toAffine()], [5n, 5n]), [
      BASE.multiply(5n).toAffine(),
      BASE.multiply(q - 5n).toAffine(),
    ]);
  });

  test("for compressed points", () => {
    expectPoints(
      points.map((point) => backend.decode(point.toBytes(true))),
      points.map((point) => point.toAffine()),
    );
  });

  const x = (value: bigint, prefix = 2): Uint8Array =>
    Uint8Array.from([prefix, ...Buffer.from(value.toString(16).padStart(64, "0"), "hex")]);

  test.each([
    ["zeros", new Uint8Array(33)],
    ["an x on no point", x(5n)],
    ["x = 0", x(0n)],
    ["x = p", x(Fp.ORDER)],
    ["x = p + 1, which is congruent to a valid one", x(Fp.ORDER + 1n)],
    ["the prefix of an uncompressed point", x(1n, 4)],
    ["prefix 1", x(1n, 1)],
    ["a hybrid prefix", x(1n, 6)],
    ["32 bytes", x(1n).slice(0, 32)],
    ["34 bytes", Uint8Array.from([...x(1n), 0])],
    ["an uncompressed point", BASE.toBytes(false)],
    ["nothing", new Uint8Array(0)],
  ])("in refusing %s", (_, encoded) => {
    expect(backend.decode(encoded)).toBeUndefined();
  });

  test("and refuses what it is never asked", () => {
    expect(() => backend.multiplyBase([0n])).toThrow(RangeError);
    expect(() => backend.multiplyBase([q])).toThrow(RangeError);
    expect(() => backend.multiply([BASE.toAffine()], [0n])).toThrow(RangeError);
    expect(() => backend.multiply([{ x: 1n, y: 1n }], [1n])).toThrow(RangeError);
  });

  test("for nothing, with nothing", () => {
    expect(backend.multiplyBase([])).toEqual([]);
    expect(backend.multiply([], [])).toEqual([]);
  });
});
