import { randomBytes } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { beforeAll, describe, expect, test } from "vitest";
import { type FieldPowers, loadFieldPowers } from "../src/field.ts";

const { Fp } = secp256k1.Point;
const p = Fp.ORDER;
// Limbs of ones, values next to p and to 2^256, and what folds back from above.
const EDGES = [
  ...[0n, 1n, 2n, 976n, 977n, 978n],
  ...[26n, 52n, 208n, 234n, 255n].flatMap((bit) => [2n ** bit - 1n, 2n ** bit]),
  ...[2n ** 32n + 976n, p / 2n, p - 2n ** 32n, p - 978n, p - 2n, p - 1n],
];

function randomElement(): bigint {
  return BigInt(`0x${randomBytes(40).toString("hex")}`) % p;
}

describe("the field in WebAssembly agrees with the curve library", () => {
  let field: FieldPowers;

  beforeAll(async () => {
    field = await loadFieldPowers();
  });

  test("for products of edge values", () => {
    for (const left of EDGES) {
      for (const right of EDGES) expect(field.multiply(left, right), `${left} * ${right}`).toBe((left * right) % p);
    }
  });

  test("for products of random values", () => {
    for (let i = 0; i < 3_000; i++) {
      const [left, right] = [randomElement(), randomElement()];
      expect(field.multiply(left, right), `${left} * ${right}`).toBe((left * right) % p);
    }
  });

  test("for powers", () => {
    for (const value of [...EDGES, ...Array.from({ length: 60 }, randomElement)]) {
      expect(field.rootPower(value), `${value}`).toBe(Fp.pow(value, (p + 1n) / 4n));
    }
  });
});
