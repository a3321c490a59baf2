import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesFromWords, wordsFromBytes } from "../../src/math/words.ts";
import { innerProduct, multiplyGf128 } from "../harness/gf128.ts";

const element = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });

/** An independent product: polynomials as integers, long multiplication, then long division by the modulus. */
function slowProduct(a: bigint, b: bigint): bigint {
  let product = 0n;
  for (let i = 0n; i < 128n; i++) if (((b >> i) & 1n) === 1n) product ^= a << i;
  const modulus = (1n << 128n) | 0x87n;
  for (let i = 254n; i >= 128n; i--) if (((product >> i) & 1n) === 1n) product ^= modulus << (i - 128n);
  return product;
}

function toWords(value: bigint): Uint32Array {
  return Uint32Array.from({ length: 4 }, (_, i) => Number((value >> BigInt(32 * i)) & 0xffffffffn));
}

function toNumber(words: Uint32Array): bigint {
  return words.reduceRight((value, word) => (value << 32n) | BigInt(word), 0n);
}

describe("GF(2^128)", () => {
  test("multiplies as an independent slow multiplication does", () => {
    fc.assert(
      fc.property(element, element, (a, b) => {
        expect(toNumber(multiplyGf128(toWords(a), toWords(b)))).toBe(slowProduct(a, b));
      }),
    );
  });

  test("reduces by x^128 + x^7 + x^2 + x + 1", () => {
    expect(toNumber(multiplyGf128(toWords(1n << 127n), toWords(2n)))).toBe(0x87n);
    expect(toNumber(multiplyGf128(toWords(1n << 127n), toWords(1n << 127n)))).toBe(slowProduct(1n << 127n, 1n << 127n));
  });

  test("has one, is commutative and distributes", () => {
    fc.assert(
      fc.property(element, element, element, (a, b, c) => {
        const product = (x: bigint, y: bigint) => toNumber(multiplyGf128(toWords(x), toWords(y)));
        expect(product(a, 1n)).toBe(a);
        expect(product(a, b)).toBe(product(b, a));
        expect(product(a, b ^ c)).toBe(product(a, b) ^ product(a, c));
      }),
    );
  });

  test("an inner product is the sum of the products", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(element, element), { minLength: 1, maxLength: 5 }), (pairs) => {
        const words = Uint32Array.from(pairs.flatMap(([, block]) => [...toWords(block)]));
        const expected = pairs.reduce((sum, [a, b]) => sum ^ slowProduct(a, b), 0n);
        expect(
          toNumber(
            innerProduct(
              pairs.map(([a]) => toWords(a)),
              words,
            ),
          ),
        ).toBe(expected);
      }),
    );
  });

  test("bit i of the element is bit i mod 8 of byte i div 8", () => {
    const bytes = new Uint8Array(16);
    bytes[9] = 0b100;
    expect(toNumber(wordsFromBytes(bytes))).toBe(1n << 74n);
    expect(bytesFromWords(toWords(1n << 74n))).toEqual(bytes);
  });
});

test("a number of bytes that is no number of words is refused", () => {
  expect(() => wordsFromBytes(new Uint8Array(5))).toThrowError(expect.objectContaining({ code: "invalidLength" }));
});
