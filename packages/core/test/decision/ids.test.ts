import { describe, expect, it } from "vitest";
import { CoreError, toAgentId, toCommitteeId, toDecisionId, toEpoch, toMemberIndex } from "../../src/index.ts";

const HASH = `0x${"aB".repeat(32)}`;

function failureOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof CoreError) return error.failure;
    throw error;
  }
  return undefined;
}

describe("ids", () => {
  it.each([toDecisionId, toAgentId, toCommitteeId])("lower-cases 32 bytes of hex (%o)", (parse) => {
    expect(parse(HASH)).toBe(HASH.toLowerCase());
  });

  it.each([
    [() => toDecisionId("0x12"), "decision id", "0x12"],
    [() => toAgentId(HASH.slice(2)), "agent id", HASH.slice(2)],
    [() => toCommitteeId(`${HASH}00`), "committee id", `${HASH}00`],
    [() => toEpoch(0n), "epoch", "0"],
    [() => toEpoch(1n << 64n), "epoch", "18446744073709551616"],
    [() => toMemberIndex(-1), "member index", "-1"],
    [() => toMemberIndex(64), "member index", "64"],
    [() => toMemberIndex(1.5), "member index", "1.5"],
  ])("refuses what is out of range (%#)", (run, name, value) => {
    expect(failureOf(run)).toMatchObject({ code: "INVALID_ID", name, value });
  });

  it("takes the ends of the ranges", () => {
    expect([toEpoch(1n), toEpoch((1n << 64n) - 1n)]).toEqual([1n, (1n << 64n) - 1n]);
    expect([toMemberIndex(0), toMemberIndex(63)]).toEqual([0, 63]);
  });

  it("says in words what was wrong and what to give", () => {
    expect(() => toMemberIndex(64)).toThrow("64 is not a valid member index: give 0 … 63");
  });
});
