import { secp256k1 } from "@noble/curves/secp256k1.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { HashBackend, PointBackend } from "../../src/index.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

/** A fresh copy of the library: the choice of a backend is made once per process. */
async function freshLibrary() {
  vi.resetModules();
  const { usePointBackend } = await import("../../src/math/backend.ts");
  const point = await import("../../src/math/point.ts");
  const products = await import("../../src/math/products.ts");
  const { multiplySum } = await import("../../src/math/uniform-multiply.ts");
  const { hashToCurve } = await import("../../src/transcript/hash-to-curve.ts");
  const { createMemoBackend } = await import("../harness/memo-backend.ts");
  return { usePointBackend, ...point, ...products, multiplySum, hashToCurve, createMemoBackend };
}

type Library = Awaited<ReturnType<typeof freshLibrary>>;

const rng = seededRng(`${TEST_SEED}/backend`);
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const scalars = [
  1n,
  2n,
  ORDER - 1n,
  ...Array.from({ length: 5 }, () => BigInt(`0x${Buffer.from(rng(31)).toString("hex")}`)),
];

/** What a backend that hashes gives, from the hash library. */
const libraryHashes: HashBackend = {
  sha256,
  hashRows(key, rows) {
    const words = Array.from({ length: rows.length / 5 }, (_, i) => {
      const row = Buffer.alloc(20);
      for (const [k, word] of rows.subarray(5 * i, 5 * (i + 1)).entries()) row.writeInt32BE(word, 4 * k);
      const digest = Buffer.from(sha256(Uint8Array.of(...key, ...row)));
      return Array.from({ length: 8 }, (_, k) => digest.readInt32BE(4 * k));
    });
    return Int32Array.from(words.flat());
  },
};

/** Everything that goes through a backend, as bytes. */
function results({ GENERATOR, multiplyGenerator, multiplyEach, multiplyOne, ...library }: Library): readonly unknown[] {
  const points = multiplyGenerator(scalars);
  const encoded = points.map(library.encodePoint);
  const single = [
    library.multiplyBase(5n),
    library.multiplyUnsafe(GENERATOR, ORDER - 5n),
    library.combineUnsafe(7n, GENERATOR, 2n ** 200n),
  ];
  const sum = library.multiplySum(points.map((point, i) => ({ point, scalar: scalars[i] ?? 1n })));
  const hashed = library.hashToCurve(
    "ot/h",
    encoded.map((point) => [point]),
  );
  const decoded = encoded.map((bytes) => library.decodePoint(bytes) ?? expect.fail("a point did not decode"));
  const all = [
    ...points,
    ...multiplyEach(points, scalars),
    ...multiplyOne(GENERATOR, scalars),
    ...single,
    sum,
    ...hashed,
    ...decoded,
  ];
  return [...all.map((point) => library.encodePoint(point).join()), library.decodePoint(new Uint8Array(33))];
}

describe(`a point backend (seed ${TEST_SEED})`, () => {
  let library: Library;

  beforeEach(async () => {
    library = await freshLibrary();
  });

  test("changes how, not what, is computed", async () => {
    const expected = results(library);
    const other = await freshLibrary();
    const memo = other.createMemoBackend();
    other.usePointBackend(memo);
    expect(results(other)).toEqual(expected);
    const { misses } = memo.statistics();
    expect(results(other)).toEqual(expected);
    expect(memo.statistics().misses).toBe(misses);
    expect(memo.statistics().hits).toBeGreaterThan(misses / 2);
  });

  test("is never asked about the identity or a zero scalar", () => {
    const memo = library.createMemoBackend();
    const refuse = (scalar: bigint): void => expect(scalar > 0n && scalar < ORDER, `scalar ${scalar}`).toBe(true);
    library.usePointBackend({
      ...memo,
      multiplyBase(asked) {
        for (const scalar of asked) refuse(scalar);
        return memo.multiplyBase(asked);
      },
      multiply(points, asked) {
        for (const scalar of asked) refuse(scalar);
        for (const { x, y } of points) expect(x === 0n && y === 0n).toBe(false);
        return memo.multiply(points, asked);
      },
    });
    const { IDENTITY, GENERATOR } = library;
    const five = library.multiplyBase(5n);
    expect(library.multiplyBase(0n).is0()).toBe(true);
    expect(library.multiplyUnsafe(IDENTITY, ORDER - 1n).is0()).toBe(true);
    expect(library.multiplyUnsafe(GENERATOR, 0n).is0()).toBe(true);
    expect(library.combineUnsafe(0n, GENERATOR, 5n).equals(five)).toBe(true);
    expect(library.combineUnsafe(5n, IDENTITY, 7n).equals(five)).toBe(true);
    expect(library.multiplyGenerator([0n, 5n])[1]?.equals(five)).toBe(true);
    expect(library.multiplyEach([IDENTITY, GENERATOR], [3n, 5n])[1]?.equals(five)).toBe(true);
    expect(library.multiplyOne(IDENTITY, [3n])[0]?.is0()).toBe(true);
    expect(library.multiplyOne(GENERATOR, [0n, 5n])[1]?.equals(five)).toBe(true);
    expect(
      library
        .multiplySum([
          { scalar: 0n, point: GENERATOR },
          { scalar: 5n, point: GENERATOR },
        ])
        .equals(five),
    ).toBe(true);
  });

  test("hashes for the library if it can, and hashing is no choice of one", async () => {
    const { H } = await import("../../src/transcript/hash.ts");
    const { hashRows } = await import("../../src/primitives/row-hash.ts");
    const [key, rows] = [new Uint8Array(32).fill(1), new Int32Array(20).fill(7)];
    const expected = [H("ps/index", key), hashRows(key, rows)];
    const spied = { sha256: vi.fn(libraryHashes.sha256), hashRows: vi.fn(libraryHashes.hashRows) };
    library.usePointBackend({ ...library.createMemoBackend(), hashes: spied });
    spied.sha256.mockClear();
    spied.hashRows.mockClear();
    expect([H("ps/index", key), hashRows(key, rows)]).toEqual(expected);
    expect(spied.sha256).toHaveBeenCalledTimes(1);
    expect(spied.hashRows).toHaveBeenCalledTimes(1);
  });

  test("that hashes and signs like the libraries is accepted", () => {
    const sign = (digest: Uint8Array, secret: Uint8Array): Uint8Array =>
      secp256k1.sign(digest, secret, { prehash: false, lowS: true });
    const full = { ...library.createMemoBackend(), hashes: libraryHashes, sign };
    expect(() => library.usePointBackend(full)).not.toThrow();
  });

  test("is chosen once", () => {
    library.usePointBackend(library.createMemoBackend());
    const inUse = expect.objectContaining({ code: "backendInUse" });
    expect(() => library.usePointBackend(library.createMemoBackend())).toThrowError(inUse);
  });

  test("comes too late once a point was computed", () => {
    library.multiplyBase(5n);
    const inUse = expect.objectContaining({ code: "backendInUse" });
    expect(() => library.usePointBackend(library.createMemoBackend())).toThrowError(inUse);
  });

  test.each<readonly [string, (memo: PointBackend) => Partial<PointBackend>]>([
    ["base multiplication", (memo) => ({ multiplyBase: (s) => memo.multiplyBase(s.map((value) => ORDER - value)) })],
    [
      "multiplication",
      (memo) => ({
        multiply: (points, s) =>
          memo.multiply(
            points,
            s.map((value) => ORDER - value),
          ),
      }),
    ],
    ["the number of products", (memo) => ({ multiplyBase: (s) => memo.multiplyBase(s.slice(1)) })],
    [
      "decoding",
      (memo) => ({ decode: (bytes) => memo.decode(Uint8Array.from([bytes[0] === 2 ? 3 : 2, ...bytes.slice(1)])) }),
    ],
    ["a product too many", (memo) => ({ multiplyBase: (s) => memo.multiplyBase([...s, 5n]) })],
    ["an x", (memo) => ({ multiplyBase: (s) => memo.multiplyBase(s).map(({ x, y }) => ({ x: x + 1n, y })) })],
    ["a y", (memo) => ({ multiplyBase: (s) => memo.multiplyBase(s).map(({ x, y }) => ({ x, y: y + 1n })) })],
    ["the length of a digest", () => ({ hashes: { ...libraryHashes, sha256: () => new Uint8Array(0) } })],
    ["the length of a signature", () => ({ sign: () => new Uint8Array(0) })],
    ["roots", (memo) => ({ rootPower: (value) => (memo.rootPower?.(value) ?? 0n) + 1n })],
    ["SHA-256", () => ({ hashes: { ...libraryHashes, sha256: (message) => sha256(message.subarray(0, 65_536)) } })],
    [
      "hashing the last row",
      () => ({ hashes: { ...libraryHashes, hashRows: (key, rows) => libraryHashes.hashRows(key, rows).fill(0, -8) } }),
    ],
    [
      "hashing the key",
      () => ({ hashes: { ...libraryHashes, hashRows: (_, rows) => libraryHashes.hashRows(new Uint8Array(32), rows) } }),
    ],
    ["signing", () => ({ sign: (digest, secret) => secp256k1.sign(digest, secret, { prehash: false, lowS: false }) })],
    ["refusing what is no point", (memo) => ({ decode: (bytes) => memo.decode(bytes) ?? { x: 0n, y: 0n } })],
  ])("that is wrong in %s is refused, and the library stays", (_, change) => {
    const memo = library.createMemoBackend();
    const wrong = expect.objectContaining({ code: "wrongBackend" });
    expect(() => library.usePointBackend({ ...memo, ...change(memo) })).toThrowError(wrong);
    expect(library.multiplyBase(5n).equals(library.GENERATOR.multiply(5n))).toBe(true);
  });
});
