import { type Address, getAddress, type Hex } from "viem";
import { concat, encodeAbiParameters, keccak256, numberToHex, parseAbiParameters, size, stringToHex } from "viem/utils";
import { encodeAction, encodePolicy } from "../src/decision/encoding.ts";
import { type Action, type Call, ZERO_ADDRESS } from "../src/decision/types.ts";
import { type Budget, budgetsOf, requirementsOf } from "../src/policy/budgets.ts";
import { addUpTo, amountsByRule, chargedInWindow } from "../src/policy/charges.ts";
import { type CallRuleDraft, composePolicy } from "../src/policy/compose.ts";
import { ruleViolations } from "../src/policy/evaluate.ts";
import { COMPARISONS, type Policy, type PolicySnapshot, type RuleViolation } from "../src/policy/types.ts";

/** One random policy, action and situation, encoded so that the contracts can be asked the same. */
export interface PolicyCase {
  /** `abi.encode(policy)`. */
  readonly policy: Hex;
  /** `abi.encode(action)`. */
  readonly action: Hex;
  /** Seconds. */
  readonly time: string;
  /** `abi.encode(uint256[])`: what the window of each asset rule holds, in their order. */
  readonly spent: Hex;
  readonly executionsInSpan: string;
  /** `abi.encode(uint256[])`: gross charge of each asset rule with caps, in their order. */
  readonly charges: Hex;
  /** `abi.encode(Violation[])`. */
  readonly violations: Hex;
  /** `abi.encode(Budget[])`: one word each, the position of the asset rule above 248 bits of the amount. */
  readonly budgets: Hex;
  readonly minAttestations: string;
  readonly minVetoWindow: string;
}

/** The vault that all cases are about. */
export const CASE_VAULT = getAddress("0x000000000000000000000000000000000007a017");

/** Cases of test/vectors/policies.json. */
export const POLICY_CASES = 64;
/** What they follow from. */
export const POLICY_SEED = "synod.policies.v1";

const CHAIN_ID = 31_337n;
const DAY = 86_400n;
const NONE = (1n << 256n) - 1n;
const NUMBERS = parseAbiParameters("uint256[] numbers");
const VIOLATIONS = parseAbiParameters([
  "Violation[] violations",
  "struct Violation { uint8 kind; uint256 callIndex; uint256 rule; address subject; uint256 actual; uint256 limit; }",
]);

/** Functions that the vault's contract knows, and one that it does not. */
const SELECTORS: readonly Hex[] = [
  ...(["0xa9059cbb", "0x095ea7b3", "0x39509351", "0x23b872dd", "0xd505accf", "0x9fd5a6cf"] as const),
  ...(["0xa22cb465", "0x42842e0e", "0xb88d4fde", "0xf242432a", "0x2eb2c2d6", "0x12345678", "0x00000000"] as const),
];
const WITHOUT_RECIPIENT: readonly Hex[] = ["0x12345678"];
const ACCOUNTS: readonly Address[] = [
  ZERO_ADDRESS,
  CASE_VAULT,
  ...[1, 2, 3, 4].map((index) => getAddress(numberToHex(0xacc0 + index, { size: 20 }))),
];

/** Numbers that follow from a seed; the same seed gives the same. */
type Dice = { below(count: number): number; pick<Item>(list: readonly Item[]): Item; word(): bigint };

function diceOf(seed: string): Dice {
  let rolls = 0;
  const word = (): bigint => BigInt(keccak256(stringToHex(`${seed}/${rolls++}`)));
  const below = (count: number): number => Number(word() % BigInt(count));
  const pick = <Item>(list: readonly Item[]): Item => list[below(list.length)] as Item;
  return { below, pick, word };
}

/** Case `index` of a seed. */
export function policyCase(seed: string, index: number): PolicyCase {
  const dice = diceOf(`${seed}/${index}`);
  const policy = drawPolicy(dice);
  const action = drawAction(dice, policy);
  const time = BigInt(dice.below(10_000_000));
  const spent = policy.assets.map(({ maxPerWindow, isUnlimited }) =>
    isUnlimited ? 0n : dice.pick([0n, 0n, maxPerWindow / 2n, maxPerWindow]),
  );
  const executionsInSpan = policy.maxExecutions === 0 ? 0n : BigInt(dice.below(4));
  const spentInWindow = new Map(policy.assets.map(({ asset }, at) => [lower(asset), spent[at] ?? 0n]));
  const snapshot: PolicySnapshot = {
    ...{ vault: CASE_VAULT, policy, policyHash: keccak256(encodePolicy(policy)) },
    ...{ spentInWindow, executionsInSpan, asOfBlock: 0n, time },
  };
  const found = ruleViolations(action, snapshot, new Map());
  const { minAttestations, minVetoWindow } = requirementsOf(policy, action);
  return {
    policy: encodePolicy(policy),
    action: encodeAction(action),
    time: `${time}`,
    spent: encodeAbiParameters(NUMBERS, [spent]),
    executionsInSpan: `${executionsInSpan}`,
    charges: encodeAbiParameters(NUMBERS, [cappedAmounts(policy, action)]),
    violations: encodeAbiParameters(VIOLATIONS, [found.map((one) => violationStruct(one))]),
    budgets: encodeAbiParameters(NUMBERS, [budgetsOf(policy, action).map(budgetWord)]),
    minAttestations: `${minAttestations}`,
    minVetoWindow: `${minVetoWindow}`,
  };
}

/** All cases of a seed by field, so that Solidity parses the file once per field. */
export function policyColumns(seed: string, count: number): Readonly<Record<keyof PolicyCase, readonly string[]>> {
  const cases = Array.from({ length: count }, (_, index) => policyCase(seed, index));
  const column = (key: keyof PolicyCase): readonly string[] => cases.map((one) => one[key]);
  return {
    policy: column("policy"),
    action: column("action"),
    time: column("time"),
    spent: column("spent"),
    executionsInSpan: column("executionsInSpan"),
    charges: column("charges"),
    violations: column("violations"),
    budgets: column("budgets"),
    minAttestations: column("minAttestations"),
    minVetoWindow: column("minVetoWindow"),
  };
}

function budgetWord({ index, amount }: Budget): bigint {
  return (BigInt(index) << 248n) | amount;
}

function cappedAmounts(policy: Policy, action: Action): readonly bigint[] {
  return amountsByRule(policy, action).filter((_, rule) => policy.assets[rule]?.isUnlimited === false);
}

function lower(address: Address): Address {
  return address.toLowerCase() as Address;
}

/** Every second policy is a mild one, so that actions are allowed too. */
function drawPolicy(dice: Dice): Policy {
  const isMild = dice.below(2) === 0;
  const assets = (isMild ? ACCOUNTS : distinct(dice, 3)).map((asset) => {
    if (dice.below(4) === 0) return { asset, isUnlimited: true } as const;
    const maxPerWindow = dice.pick([100n, 1_000n, (1n << 80n) - 1n, 1n << 83n, (1n << 128n) - 1n]);
    return { asset, maxPerTransaction: dice.pick([50n, 2_000n, maxPerWindow]), maxPerWindow, windowSeconds: DAY };
  });
  const capped = assets.filter((rule) => !("isUnlimited" in rule));
  return composePolicy({
    calls: drawCallRules(dice, isMild),
    assets,
    changeDelay: dice.pick([0n, DAY, 30n * DAY]),
    ...(!isMild && dice.below(3) === 0 ? { hours: { from: dice.below(86_400), until: dice.below(86_400) } } : {}),
    ...(dice.below(3) === 0 ? { rate: { most: 1 + dice.below(3), seconds: DAY } } : {}),
    tiers: capped.slice(0, dice.below(3)).map(({ asset }) => ({
      asset,
      above: BigInt(dice.below(200)),
      minAttestations: dice.below(65),
      minVetoWindow: BigInt(dice.below(14 * 86_400)),
    })),
  });
}

function drawCallRules(dice: Dice, isMild: boolean): readonly CallRuleDraft[] {
  const pairs = new Map<string, CallRuleDraft>();
  const deployer = ACCOUNTS[5];
  for (let left = dice.below(8); left > 0; left--) {
    const target = dice.pick(ACCOUNTS.filter((account) => account !== CASE_VAULT));
    const selector = dice.pick(SELECTORS);
    const recipients = !isMild && dice.below(2) === 0 && !WITHOUT_RECIPIENT.includes(selector) ? distinct(dice, 3) : [];
    pairs.set(`${target}${selector}`, {
      ...{ target, selector, recipients },
      conditions: Array.from({ length: isMild ? 0 : dice.below(3) }, () => ({
        offset: dice.pick([0, 4, 32, 64, 100]),
        comparison: dice.pick(COMPARISONS),
        operand: dice.pick([0n, 1n, 50n, 255n, NONE]),
      })),
      ...(target === deployer
        ? { initCodes: { argument: dice.below(3), hashes: [keccak256("0x"), keccak256("0x6001")] } }
        : {}),
    });
  }
  return [...pairs.values()];
}

function distinct(dice: Dice, most: number): readonly Address[] {
  return [...new Set(Array.from({ length: dice.below(most + 1) }, () => dice.pick(ACCOUNTS)))];
}

function drawAction(dice: Dice, policy: Policy): Action {
  const calls = Array.from({ length: 1 + dice.below(3) }, () => drawCall(dice, policy));
  const bounds = distinct(dice, 2).map((asset) => ({ asset, maxOut: dice.pick([0n, 60n, 500n, NONE]), minIn: 0n }));
  return {
    ...{ chainId: CHAIN_ID, vault: CASE_VAULT, calls, bounds, gasFloor: 0n },
    ...{ noNewAllowances: false, allowances: [], codePins: [] },
  };
}

/** Mostly a call that some rule names, so that what else rules ask for is looked at. */
function drawCall(dice: Dice, policy: Policy): Call {
  const rule = dice.below(8) === 0 || policy.calls.length === 0 ? undefined : dice.pick(policy.calls);
  const target = rule?.target ?? dice.pick(ACCOUNTS);
  const selector = rule?.selector ?? dice.pick(SELECTORS);
  return { target, value: dice.pick([0n, 0n, 1n, 70n]), data: drawData(dice, selector) };
}

function drawData(dice: Dice, selector: Hex): Hex {
  if (selector === "0x00000000" && dice.below(4) !== 0) return "0x";
  const words = Array.from({ length: dice.pick([2, 3, 5, 7, 8]) }, () => drawWord(dice));
  const data = concat([selector, ...words, dice.pick(["0x", "0x6001"] as const)]);
  return dice.below(12) === 0 ? (data.slice(0, 2 + 2 * dice.below(size(data))) as Hex) : data;
}

function drawWord(dice: Dice): Hex {
  const dirty = (BigInt(dice.below(2)) << 160n) * 0xffn;
  const value = dice.pick([0n, 1n, 2n, 40n, 60n, 64n, 96n, NONE, BigInt(dice.pick(ACCOUNTS)) + dirty, dice.word()]);
  return numberToHex(value, { size: 32 });
}

type ViolationStruct = {
  readonly kind: number;
  readonly callIndex: bigint;
  readonly rule: bigint;
  readonly subject: Address;
  readonly actual: bigint;
  readonly limit: bigint;
};

const WHOLE = { callIndex: NONE, rule: NONE, subject: ZERO_ADDRESS, actual: 0n, limit: 0n };

/** A violation as the contracts tell it; the kinds are numbered in the order of `ViolationKind`. */
export function violationStruct(violation: RuleViolation): ViolationStruct {
  switch (violation.code) {
    case "OUTSIDE_HOURS": {
      const { second, from, until } = violation;
      return { ...WHOLE, kind: 0, rule: BigInt(until), actual: BigInt(second), limit: BigInt(from) };
    }
    case "CALLDATA_MALFORMED":
      return { ...ofCall(1, violation), subject: violation.target, actual: BigInt(violation.bytes) };
    case "CALL_NOT_ALLOWED":
      return { ...ofCall(2, violation), subject: violation.target, actual: BigInt(violation.selector) };
    case "RECIPIENT_NOT_ALLOWED":
      return { ...ofCall(3, violation), rule: BigInt(violation.rule), subject: violation.recipient };
    case "CONDITION_FAILED": {
      const { condition, target: subject, word: actual, operand: limit } = violation;
      return { ...ofCall(4, violation), rule: BigInt(condition), subject, actual, limit };
    }
    case "INIT_CODE_NOT_ALLOWED": {
      const { rule, deployer: subject, initCodeHash } = violation;
      return { ...ofCall(5, violation), rule: BigInt(rule), subject, actual: BigInt(initCodeHash) };
    }
    case "ASSET_NOT_ALLOWED":
      return { ...ofCall(6, violation), subject: violation.asset, actual: violation.amount };
    case "OPERATOR_NOT_ALLOWED":
      return { ...ofCall(7, violation), rule: BigInt(violation.rule ?? NONE), subject: violation.asset };
    default:
      return ofWhole(violation);
  }
}

function ofCall(kind: number, { call }: { readonly call: number }): ViolationStruct {
  return { ...WHOLE, kind, callIndex: BigInt(call) };
}

type WholeViolation = Extract<RuleViolation, { code: "OVER_TRANSACTION_CAP" | "OVER_WINDOW_CAP" | "OVER_RATE" }>;

function ofWhole(violation: WholeViolation): ViolationStruct {
  switch (violation.code) {
    case "OVER_TRANSACTION_CAP": {
      const { rule, asset: subject, amount: actual, cap: limit } = violation;
      return { ...WHOLE, kind: 8, rule: BigInt(rule), subject, actual, limit };
    }
    case "OVER_WINDOW_CAP": {
      const { rule, asset: subject, cap: limit } = violation;
      return { ...WHOLE, kind: 9, rule: BigInt(rule), subject, actual: windowOf(violation), limit };
    }
    case "OVER_RATE":
      return { ...WHOLE, kind: 10, subject: CASE_VAULT, actual: violation.executions, limit: BigInt(violation.most) };
  }
}

function windowOf(violation: Extract<RuleViolation, { code: "OVER_WINDOW_CAP" }>): bigint {
  return addUpTo(violation.spent, chargedInWindow(violation.amount, violation.cap));
}
