import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memberOrder, toDecisionId, turnOf } from "../../src/index.ts";
import { member, runs, word } from "../builders.ts";

const id = toDecisionId(word("decision"));
const decisions = fc.string().map((name) => toDecisionId(word(name)));

describe("memberOrder", () => {
  it("is a permutation of all members, the same for everybody", () => {
    const property = fc.property(
      decisions,
      fc.integer({ min: 1, max: 64 }),
      fc.nat(1_000),
      (decision, count, attempt) => {
        const order = memberOrder(decision, { kind: "sign", cycle: attempt }, count);
        expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index));
        expect(memberOrder(decision, { kind: "sign", cycle: attempt }, count)).toEqual(order);
      },
    );
    fc.assert(property, runs(200));
  });

  it("differs by decision, purpose and attempt", () => {
    const orders = [
      memberOrder(id, "postResult", 16),
      memberOrder(id, "execute", 16),
      memberOrder(id, { kind: "sign", cycle: 0 }, 16),
      memberOrder(id, { kind: "sign", cycle: 1 }, 16),
      memberOrder(toDecisionId(word("other")), "execute", 16),
    ];
    expect(new Set(orders.map(String)).size).toBe(orders.length);
  });

  it("gives every member the first place about equally often", () => {
    const counts = [0, 0, 0, 0];
    for (let round = 0; round < 400; round += 1) {
      const [first] = memberOrder(toDecisionId(word(`decision ${round}`)), "execute", 4);
      counts[first ?? 0] = (counts[first ?? 0] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(60);
  });

  it("is frozen: all versions of the committer must agree", () => {
    expect(memberOrder(id, "execute", 5)).toEqual([3, 0, 4, 1, 2]);
    expect(memberOrder(id, { kind: "sign", cycle: 0 }, 5)).toEqual([0, 4, 3, 1, 2]);
  });
});

describe("turnOf", () => {
  it("lets the first act at once and each next one a stagger later", () => {
    const order = [member(2), member(0), member(1)];
    expect(order.map((self) => turnOf(order, self, 100n, 3n))).toEqual([100n, 103n, 106n]);
  });
});
