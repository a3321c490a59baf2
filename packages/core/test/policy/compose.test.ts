import { describe, expect, it } from "vitest";
import { composePolicy, entriesOf, rangeOf } from "../../src/index.ts";
import { account, PAYEE, TOKEN, TRANSFER, word } from "../builders.ts";

const rule = { target: TOKEN, selector: TRANSFER };

describe("composePolicy", () => {
  it("denies everything when nothing is given, at any time, for ever", () => {
    expect(composePolicy({ calls: [], assets: [] })).toEqual({
      ...{ changeDelay: 0n, activeFrom: 0, activeUntil: 0, maxExecutions: 0, executionsSeconds: 0n },
      ...{ calls: [], conditions: [], recipients: [], initCodes: [], assets: [], tiers: [] },
    });
  });

  it("puts what rules ask for into lists that the rules name", () => {
    const condition = { offset: 32, comparison: "withinMask", operand: 7n } as const;
    const policy = composePolicy({
      calls: [
        { ...rule, conditions: [condition] },
        { ...rule, recipients: [PAYEE, TOKEN] },
        { ...rule, conditions: [condition, { ...condition, comparison: "equal" }] },
        { ...rule, initCodes: { argument: 3, hashes: [word("code")] } },
      ],
      assets: [],
    });
    expect(policy.conditions.map(({ comparison }) => comparison)).toEqual([6, 6, 0]);
    const named = policy.calls.map(({ conditions }) => entriesOf(policy.conditions, conditions).map(([at]) => at));
    expect(named).toEqual([[0], [], [1, 2], []]);
    expect(entriesOf(policy.recipients, policy.calls[1]?.recipients ?? 0)).toEqual([
      [0, PAYEE],
      [1, TOKEN],
    ]);
    expect(policy.calls[3]).toMatchObject({ initCodes: rangeOf(0, 1), initCodeArgument: 3 });
  });

  it("lists the same recipients once", () => {
    const [first, second, third] = [account("first"), account("second"), account("third")];
    const policy = composePolicy({
      calls: [
        { ...rule, recipients: [first, second, third] },
        { ...rule, recipients: [second, third] },
        { ...rule, recipients: [third, first] },
      ],
      assets: [],
    });
    expect(policy.recipients).toEqual([first, second, third, third, first]);
    expect(policy.calls.map(({ recipients }) => recipients)).toEqual([rangeOf(0, 3), rangeOf(1, 2), rangeOf(3, 2)]);
  });

  it("says unlimited by name alone", () => {
    const { assets } = composePolicy({ calls: [], assets: [{ asset: TOKEN, isUnlimited: true }] });
    expect(assets).toEqual([
      { asset: TOKEN, maxPerTransaction: 0n, maxPerWindow: 0n, windowSeconds: 0n, isUnlimited: true },
    ]);
  });

  it("knows positions of 16 bits", () => {
    expect(entriesOf([1, 2, 3], rangeOf(1, 2))).toEqual([
      [1, 2],
      [2, 3],
    ]);
    expect(rangeOf(65_535, 65_535)).toBe(0xffff_ffff);
    expect(() => rangeOf(65_536, 0)).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
    expect(() => rangeOf(0, 65_536)).toThrow(expect.objectContaining({ code: "INPUT_INVALID" }));
  });
});
