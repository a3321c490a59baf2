import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Fees, raisedFees } from "../../src/index.ts";
import { runs } from "../builders.ts";

const wei = fc.bigInt({ min: 0n, max: 10n ** 15n });
const asked: fc.Arbitrary<Fees> = fc.record({ maxFeePerGas: wei, maxPriorityFeePerGas: wei });
/** What a transaction can have: its tip is part of the whole. */
const paid = asked.map((fees): Fees => raisedFees(fees));
const offers = (maxFeePerGas: bigint, maxPriorityFeePerGas: bigint): Fees => ({ maxFeePerGas, maxPriorityFeePerGas });

describe("raisedFees", () => {
  it("offers what the chain asks for, with room for the tip", () => {
    expect(raisedFees(offers(30n, 2n))).toEqual(offers(30n, 2n));
    expect(raisedFees(offers(1n, 2n))).toEqual(offers(2n, 2n));
  });

  it("offers a quarter more than what it replaces, rounded up, when the chain asks for less", () => {
    expect(raisedFees(offers(30n, 2n), offers(100n, 9n))).toEqual(offers(125n, 12n));
    expect(raisedFees(offers(300n, 2n), offers(100n, 9n))).toEqual(offers(300n, 12n));
  });

  it("always offers what any pool takes for a replacement, and never less than the chain asks for", () => {
    const property = fc.property(asked, paid, (wanted, replaced) => {
      const fees = raisedFees(wanted, replaced);
      expect(fees.maxFeePerGas >= wanted.maxFeePerGas).toBe(true);
      expect(fees.maxPriorityFeePerGas >= wanted.maxPriorityFeePerGas).toBe(true);
      expect(fees.maxPriorityFeePerGas <= fees.maxFeePerGas).toBe(true);
      // Pools ask for a tenth more of both.
      expect(10n * fees.maxFeePerGas >= 11n * replaced.maxFeePerGas).toBe(true);
      expect(10n * fees.maxPriorityFeePerGas >= 11n * replaced.maxPriorityFeePerGas).toBe(true);
    });
    fc.assert(property, runs(1_000));
  });
});
