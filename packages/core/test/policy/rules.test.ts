import type { Hex } from "viem";
import { keccak256, toFunctionSelector } from "viem/utils";
import { describe, expect, it } from "vitest";
import {
  budgetsOf,
  COMPARISONS,
  type Comparison,
  type PolicyDraft,
  requirementsOf,
  ruleViolations,
  ZERO_ADDRESS,
} from "../../src/index.ts";
import { account, anAction, aPolicy, aSnapshot, calldata, PAYEE, TOKEN, TRANSFER, VAULT } from "../builders.ts";

const STRANGER = account("stranger");
const transfer = (amount: bigint, to = PAYEE) => ({ target: TOKEN, value: 0n, data: calldata(TRANSFER, to, amount) });

function violations(
  draft: Partial<PolicyDraft>,
  calls: ReturnType<typeof anAction>["calls"],
  situation: Parameters<typeof aSnapshot>[1] = {},
) {
  return ruleViolations(anAction({ calls }), aSnapshot(aPolicy(draft), situation), new Map());
}

describe("recipients", () => {
  it("are those that the rule lists", () => {
    const calls = [{ target: TOKEN, selector: TRANSFER, recipients: [PAYEE] }];
    expect(violations({ calls }, [transfer(1n)])).toEqual([]);
    expect(violations({ calls }, [transfer(1n, STRANGER)])).toEqual([
      { code: "RECIPIENT_NOT_ALLOWED", call: 0, rule: 0, recipient: STRANGER.toLowerCase() },
    ]);
  });

  it("are also the target when coin is sent along", () => {
    const calls = [{ target: PAYEE, selector: "0x00000000", recipients: [STRANGER] }] as const;
    expect(violations({ calls }, [{ target: PAYEE, value: 1n, data: "0x" }])).toMatchObject([{ recipient: PAYEE }]);
    expect(violations({ calls }, [{ target: PAYEE, value: 0n, data: "0x" }])).toEqual([]);
  });
});

describe("conditions", () => {
  const meaning: Readonly<Record<Comparison, (word: bigint, operand: bigint) => boolean>> = {
    equal: (word, operand) => word === operand,
    notEqual: (word, operand) => word !== operand,
    less: (word, operand) => word < operand,
    lessOrEqual: (word, operand) => word <= operand,
    greater: (word, operand) => word > operand,
    greaterOrEqual: (word, operand) => word >= operand,
    withinMask: (word, operand) => (word | operand) === operand,
  };

  it.each(COMPARISONS)("compare a word of the arguments: %s", (comparison) => {
    for (const operand of [0n, 3n, 5n]) {
      for (const amount of [0n, 1n, 3n, 4n, 5n, 7n]) {
        const calls = [{ target: TOKEN, selector: TRANSFER, conditions: [{ offset: 32, comparison, operand }] }];
        expect(violations({ calls }, [transfer(amount)]).length).toBe(meaning[comparison](amount, operand) ? 0 : 1);
      }
    }
  });

  it("fail on a word that is not there", () => {
    const at = (offset: number) => [
      { target: TOKEN, selector: TRANSFER, conditions: [{ offset, comparison: "equal", operand: 0n }] as const },
    ];
    expect(violations({ calls: at(32) }, [transfer(0n)])).toEqual([]);
    expect(violations({ calls: at(33) }, [transfer(0n)])).toMatchObject([{ code: "CONDITION_FAILED", word: 0n }]);
  });
});

describe("deployers", () => {
  const selector = toFunctionSelector("deploy(uint256,bytes)");
  const code: Hex = "0x600160005260206000f3";
  const calls = [{ target: STRANGER, selector, initCodes: { argument: 1, hashes: [keccak256(code)] } }];
  const word = (value: number): string => value.toString(16).padStart(64, "0");
  const deploying = (data: string) => [{ target: STRANGER, value: 0n, data: `${selector}${data}` as Hex }];

  it("deploy init codes that are listed, wherever the calldata has them", () => {
    const bytes = `${word(10)}${code.slice(2)}`;
    expect(violations({ calls }, deploying(`${word(1)}${word(64)}${bytes}${"00".repeat(22)}`))).toEqual([]);
    expect(violations({ calls }, deploying(`${word(1)}${word(96)}${word(0)}${bytes}`))).toEqual([]);
  });

  it.each([
    ["another", `${word(1)}${word(64)}${word(1)}60`, keccak256("0x60")],
    ["an empty one", `${word(1)}${word(64)}${word(0)}`, keccak256("0x")],
    ["none", word(1), `0x${"00".repeat(32)}`],
    ["one beyond the end", `${word(1)}${word(64)}${word(2)}60`, `0x${"00".repeat(32)}`],
    ["one that points nowhere", `${word(1)}${"ff".repeat(32)}`, `0x${"00".repeat(32)}`],
  ])("do not deploy %s", (_name, data, initCodeHash) => {
    expect(violations({ calls }, deploying(data))).toEqual([
      { code: "INIT_CODE_NOT_ALLOWED", call: 0, rule: 0, deployer: STRANGER, initCodeHash },
    ]);
  });
});

describe("allowances", () => {
  const permit = toFunctionSelector("permit(address,address,uint256,uint256,bytes)");
  const permitting = (owner: typeof VAULT, amount: bigint) => [
    { target: TOKEN, value: 0n, data: calldata(permit, owner, PAYEE, amount, 0n, 0n) },
  ];

  it("by permit are charged when the tokens are the vault's", () => {
    const calls = [{ target: TOKEN, selector: permit }];
    expect(violations({ calls }, permitting(VAULT, 10n))).toEqual([]);
    expect(violations({ calls }, permitting(VAULT, 11n))).toMatchObject([
      { code: "OVER_TRANSACTION_CAP", amount: 11n },
    ]);
    expect(violations({ calls }, permitting(STRANGER, 11n))).toEqual([]);
  });

  it("over a whole collection need a rule that says unlimited", () => {
    const selector = toFunctionSelector("setApprovalForAll(address,bool)");
    const calls = [{ target: TOKEN, selector }];
    const naming = (isNamed: bigint) => [{ target: TOKEN, value: 0n, data: calldata(selector, PAYEE, isNamed) }];
    expect(violations({ calls }, naming(1n))).toEqual([
      { code: "OPERATOR_NOT_ALLOWED", call: 0, rule: 0, asset: TOKEN },
    ]);
    expect(violations({ calls, assets: [] }, naming(2n))).toEqual([
      { code: "OPERATOR_NOT_ALLOWED", call: 0, asset: TOKEN },
    ]);
    expect(violations({ calls, assets: [{ asset: TOKEN, isUnlimited: true }] }, naming(1n))).toEqual([]);
    expect(violations({ calls }, naming(0n))).toEqual([]);
  });
});

describe("times", () => {
  const codesAt = (hours: NonNullable<PolicyDraft["hours"]>, second: bigint) =>
    violations({ hours }, [transfer(1n)], { time: 5n * 86_400n + second }).map(({ code }) => code);

  it("are within the hours, also over midnight", () => {
    const day = { from: 100, until: 200 };
    expect([99n, 100n, 199n, 200n].map((second) => codesAt(day, second).length)).toEqual([1, 0, 0, 1]);
    const night = { from: 200, until: 100 };
    expect([99n, 100n, 199n, 200n].map((second) => codesAt(night, second).length)).toEqual([0, 1, 1, 0]);
    expect(codesAt(day, 99n)).toEqual(["OUTSIDE_HOURS"]);
    expect(codesAt({ from: 5, until: 5 }, 99n)).toEqual([]);
  });

  it("are limited in a rolling span", () => {
    const rate = { most: 2, seconds: 60n };
    expect(violations({ rate }, [transfer(1n)], { executionsInSpan: 1n })).toEqual([]);
    expect(violations({ rate }, [transfer(1n)], { executionsInSpan: 2n })).toEqual([
      { code: "OVER_RATE", executions: 3n, most: 2, spanSeconds: 60n },
    ]);
    expect(violations({}, [transfer(1n)], { executionsInSpan: 9n })).toEqual([]);
  });
});

describe("budgets and tiers", () => {
  const tiers = [
    { asset: TOKEN, above: 7n, minAttestations: 2, minVetoWindow: 60n },
    { asset: TOKEN, above: 3n, minAttestations: 3, minVetoWindow: 0n },
  ];
  const spending = (amount: bigint, maxOut?: bigint) =>
    anAction({
      calls: [transfer(amount)],
      bounds: maxOut === undefined ? [] : [{ asset: TOKEN, maxOut, minIn: 0n }],
    });

  it("ask for the most of all tiers whose line is crossed", () => {
    const needs = (amount: bigint, maxOut?: bigint) => requirementsOf(aPolicy({ tiers }), spending(amount, maxOut));
    expect(needs(3n)).toEqual({ minAttestations: 0, minVetoWindow: 0n });
    expect(needs(4n)).toEqual({ minAttestations: 3, minVetoWindow: 0n });
    expect(needs(8n)).toEqual({ minAttestations: 3, minVetoWindow: 60n });
    expect(needs(1n, 1n << 200n)).toEqual({ minAttestations: 3, minVetoWindow: 60n });
  });

  it("are the calldata's amount or the bound, never above the cap of one execution", () => {
    const amounts = (amount: bigint, maxOut?: bigint) =>
      budgetsOf(aPolicy(), spending(amount, maxOut)).map((budget) => budget.amount);
    expect(amounts(5n)).toEqual([5n]);
    expect(amounts(5n, 4n)).toEqual([5n]);
    expect(amounts(5n, 6n)).toEqual([6n]);
    expect(amounts(5n, 99n)).toEqual([10n]);
    expect(amounts(0n)).toEqual([]);
    expect(amounts(11n)).toEqual([]);
    const unlimited = aPolicy({ assets: [{ asset: TOKEN, isUnlimited: true }] });
    expect(budgetsOf(unlimited, spending(5n))).toEqual([]);
    const coin = anAction({ calls: [{ target: PAYEE, value: 9n, data: "0x" }] });
    expect(budgetsOf(aPolicy(), coin)).toEqual([{ index: 1, asset: ZERO_ADDRESS, amount: 9n }]);
  });
});
