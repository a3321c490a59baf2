import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DecisionFacts, deriveState, isTerminal } from "../../src/index.ts";
import { runs } from "../builders.ts";

const DEADLINE = 100n;
const approved = { reply: true, readyAt: 60n };
const at = (facts: Partial<DecisionFacts>, now: bigint) => deriveState({ deadline: DEADLINE, ...facts }, now);

describe("deriveState", () => {
  it.each([
    ["Pending", {}, 100n],
    ["Expired", {}, 101n],
    ["Approved", { result: approved }, 59n],
    ["Ready", { result: approved }, 60n],
    ["Ready", { result: approved }, 100n],
    ["Expired", { result: approved }, 101n],
    ["Rejected", { result: { reply: false, readyAt: 0n } }, 101n],
    ["Rejected", { result: { reply: false, readyAt: 0n }, epochRetiredAt: 50n }, 60n],
    ["Cancelled", { ending: "cancelled" }, 101n],
    ["Vetoed", { ending: "vetoed", result: approved }, 101n],
    ["Executed", { ending: "executed", result: approved, epochRetiredAt: 90n }, 101n],
    ["Stale", { sequenceMovedAt: 40n }, 50n],
    ["Stale", { sequenceMovedAt: 100n }, 101n],
    ["Expired", { sequenceMovedAt: 101n }, 102n],
    ["Ready", { result: approved, sequenceMovedAt: 40n }, 60n],
    ["Stale", { result: approved, epochRetiredAt: 61n }, 61n],
    ["Stale", { epochRetiredAt: 61n }, 61n],
    ["Expired", { result: approved, epochRetiredAt: 101n }, 102n],
  ] as const)("is %s for %o at %i", (state, facts, now) => {
    expect(at(facts, now)).toBe(state);
  });

  it("never leaves a final state as time goes on and facts are added after it", () => {
    const time = fc.bigInt({ min: 1n, max: 150n });
    const resolvedAt = fc.option(time, { nil: undefined });
    const property = fc.property(resolvedAt, time, time, time, (resolved, retired, moved, now) => {
      const unresolved = (moment: bigint): DecisionFacts => ({
        deadline: DEADLINE,
        ...(retired <= moment ? { epochRetiredAt: retired } : {}),
        ...(moved <= moment && (resolved === undefined || moved <= resolved) ? { sequenceMovedAt: moved } : {}),
      });
      const factsAt = (moment: bigint): DecisionFacts => {
        const isResolved = resolved !== undefined && resolved <= moment;
        return { ...unresolved(moment), ...(isResolved ? { result: { reply: true, readyAt: resolved + 20n } } : {}) };
      };
      // The registry resolves only what is pending.
      fc.pre(resolved === undefined || deriveState(unresolved(resolved), resolved) === "Pending");
      const before = deriveState(factsAt(now), now);
      if (isTerminal(before)) expect(deriveState(factsAt(now + 50n), now + 50n)).toBe(before);
    });
    fc.assert(property, runs(500));
  });
});
