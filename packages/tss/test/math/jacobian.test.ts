import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold, foldOnce, PRIME } from "../../src/math/field.ts";
import {
  addAffine,
  affineJacobian,
  doubleJacobian,
  fromJacobian,
  jacobianMultiples,
  toCommonZ,
  toJacobian,
} from "../../src/math/jacobian.ts";
import {
  decodePoint,
  GENERATOR,
  hasReducedX,
  IDENTITY,
  multiplyBase,
  multiplySumUnsafe,
  multiplyUnsafe,
  type Point,
} from "../../src/math/point.ts";
import { sumPublicTerms } from "../../src/math/public-multiply.ts";
import { ORDER, randomScalar } from "../../src/math/scalar.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const rng = seededRng(`${TEST_SEED}/jacobian`);
const randomPoint = (): Point => multiplyBase(randomScalar(rng));
const mod = (value: bigint): bigint => ((value % PRIME) + PRIME) % PRIME;

describe("fold", () => {
  it("keeps the residue and leaves hardly more than 256 bits, of either sign", () => {
    const limit = 2n ** 660n;
    fc.assert(
      fc.property(fc.bigInt(-limit, limit), (value) => {
        const folded = fold(value);
        expect(mod(folded)).toBe(mod(value));
        expect(folded < 2n ** 257n && folded > -(2n ** 220n)).toBe(true);
      }),
      { examples: [[0n], [-1n], [PRIME], [-PRIME], [limit], [-limit], [2n ** 256n - 1n], [2n ** 512n - 1n]] },
    );
  });
});

describe("foldOnce", () => {
  it("keeps the residue and leaves factors whose product can be folded", () => {
    const limit = 2n ** 550n;
    fc.assert(
      fc.property(fc.bigInt(-limit, limit), (value) => {
        const folded = foldOnce(value);
        expect(mod(folded)).toBe(mod(value));
        expect(folded < 2n ** 328n && folded > -(2n ** 328n)).toBe(true);
      }),
      { examples: [[0n], [-1n], [PRIME], [-PRIME], [limit], [-limit], [2n ** 256n - 1n], [2n ** 512n - 1n]] },
    );
  });
});

describe(`Jacobian coordinates (seed ${TEST_SEED})`, () => {
  it("add and double like the library, also over a common Z", () => {
    const [p, q] = [randomPoint().double(), randomPoint().double()];
    const { points, z } = toCommonZ([p, q].map(toJacobian));
    const [a, b] = points;
    if (a === undefined || b === undefined) expect.fail("a point is missing");
    const results = [affineJacobian(a), addAffine(affineJacobian(a), b), doubleJacobian(affineJacobian(b))];
    const expected = [p, p.add(q), q.double()];
    for (const [i, result] of results.entries()) {
      expect(fromJacobian({ ...result, z: fold(result.z * z) })?.equals(expected[i] ?? IDENTITY)).toBe(true);
    }
  });

  it("give the multiples of a point", () => {
    const point = randomPoint();
    const multiples = jacobianMultiples(point.toAffine(), 8).map((multiple) => fromJacobian(multiple));
    expect(multiples.map((multiple) => multiple?.toAffine())).toEqual(
      multiples.map((_, i) => point.multiplyUnsafe(BigInt(i + 1)).toAffine()),
    );
  });

  it("report the sum of equal and of opposite points, and everything that is computed from it", () => {
    const point = randomPoint();
    for (const other of [point, point.negate()]) {
      const sum = addAffine(affineJacobian(point.toAffine()), other.toAffine());
      expect(fromJacobian(sum)).toBeUndefined();
      expect(fromJacobian(addAffine(doubleJacobian(sum), randomPoint().toAffine()))).toBeUndefined();
    }
  });
});

// Halves of unusual size and sign, and both ends of the range.
const edges = [1n, 2n, 7n, 8n, 9n, 15n, 16n, 17n, 2n ** 64n, 2n ** 128n, ORDER / 2n, ORDER - 16n, ORDER - 1n];
const scalar = fc.oneof(fc.constantFrom(...edges), fc.bigInt(1n, ORDER - 1n));

describe("multiplication by public scalars", () => {
  it("is the library's", () => {
    const [p, q] = [randomPoint().double(), randomPoint()];
    fc.assert(
      fc.property(scalar, scalar, (a, b) => {
        expect(multiplyUnsafe(p, a).equals(p.multiplyUnsafe(a))).toBe(true);
        const sum = multiplySumUnsafe([
          { point: p, scalar: a },
          { point: q, scalar: b },
        ]);
        expect(sum.equals(p.multiplyUnsafe(a).add(q.multiplyUnsafe(b)))).toBe(true);
      }),
      { numRuns: 50, examples: edges.map((edge) => [edge, ORDER - edge]) },
    );
  });

  it("leaves to the library what its additions do not cover", () => {
    const point = randomPoint();
    const terms = (a: bigint, b: bigint) => [
      { point, scalar: a },
      { point, scalar: b },
    ];
    // Equal digits of the same point, one after the other.
    expect(sumPublicTerms(terms(5n, 5n))).toBeUndefined();
    expect(multiplySumUnsafe(terms(5n, 5n)).equals(point.multiplyUnsafe(10n))).toBe(true);
    expect(multiplySumUnsafe(terms(5n, ORDER - 5n)).is0()).toBe(true);
    expect(multiplySumUnsafe([{ point: IDENTITY, scalar: 5n }]).is0()).toBe(true);
    expect(multiplySumUnsafe([{ point, scalar: 0n }]).is0()).toBe(true);
    expect(multiplySumUnsafe([]).is0()).toBe(true);
    expect(multiplyUnsafe(GENERATOR.subtract(GENERATOR), 5n).is0()).toBe(true);
  });
});

describe("the comparison of ECDSA", () => {
  it("takes the coordinate mod q, of points that are not normalised too", () => {
    const points = [GENERATOR, randomPoint().double(), randomPoint().add(GENERATOR)];
    for (const point of points) {
      const { x } = point.toAffine();
      expect(hasReducedX(point, x)).toBe(true);
      expect(hasReducedX(point, x - 1n)).toBe(false);
      expect(hasReducedX(point, ORDER - x)).toBe(false);
    }
    // The first point with a coordinate from q on: 2^128 numbers are there, and half of them are coordinates.
    const encode = (x: bigint) => Uint8Array.from([2, ...Buffer.from(x.toString(16).padStart(64, "0"), "hex")]);
    const above = Array.from({ length: 64 }, (_, i) => BigInt(i)).find((r) => decodePoint(encode(ORDER + r)));
    const point = above === undefined ? undefined : decodePoint(encode(ORDER + above));
    if (point === undefined || above === undefined) expect.fail("no such point");
    expect(hasReducedX(point, above)).toBe(true);
    expect(hasReducedX(point.double(), above)).toBe(false);
  });
});
