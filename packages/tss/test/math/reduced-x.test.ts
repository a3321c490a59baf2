import { describe, expect, it } from "vitest";
import { PRIME } from "../../src/math/field.ts";
import { GENERATOR, hasReducedX } from "../../src/math/point.ts";
import { ORDER } from "../../src/math/scalar.ts";

describe("the r of a point", () => {
  const { x } = GENERATOR.toAffine();

  it("is its x mod q, whatever the coordinates in which it is given", () => {
    const sum = GENERATOR.double().add(GENERATOR.negate());
    expect([GENERATOR, sum].map((point) => hasReducedX(point, x))).toEqual([true, true]);
  });

  it("is no other number, also not one that differs by p", () => {
    expect([x - 1n, x + 1n, x + PRIME - ORDER].map((r) => hasReducedX(GENERATOR, r))).toEqual([false, false, false]);
  });
});
