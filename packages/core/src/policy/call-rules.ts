import type { Address, Hex } from "viem";
import { isAddressEqual, keccak256, size, slice } from "viem/utils";
import type { Call } from "../decision/types.ts";
import { givesHiddenAllowance, isWellFormed, recipientOf, selectorOf, wordAt } from "./calldata.ts";
import { entriesOf } from "./compose.ts";
import { isSelfCall } from "./self-calls.ts";
import {
  type CallRule,
  COMPARISONS,
  type Comparison,
  type Condition,
  type Policy,
  type RuleViolation,
} from "./types.ts";

const NO_HASH: Hex = `0x${"00".repeat(32)}`;

const MEANINGS: Readonly<Record<Comparison, (word: bigint, operand: bigint) => boolean>> = {
  equal: (word, operand) => word === operand,
  notEqual: (word, operand) => word !== operand,
  less: (word, operand) => word < operand,
  lessOrEqual: (word, operand) => word <= operand,
  greater: (word, operand) => word > operand,
  greaterOrEqual: (word, operand) => word >= operand,
  withinMask: (word, operand) => (word & operand) === word,
};

/** Position of the rule for a function of an account, or -1. */
export function findCallRule(policy: Policy, target: Address, selector: Hex): number {
  return policy.calls.findIndex(
    (rule) => isAddressEqual(rule.target, target) && rule.selector.toLowerCase() === selector.toLowerCase(),
  );
}

/** What the call rules do not allow of one call. */
export function callViolations(policy: Policy, vault: Address, call: Call, position: number): readonly RuleViolation[] {
  const { target, data } = call;
  const where = { call: position, target };
  if (!isWellFormed(data)) return [{ code: "CALLDATA_MALFORMED", ...where, bytes: size(data) }];
  if (isSelfCall(call, vault)) return [];
  const selector = selectorOf(data);
  const index = findCallRule(policy, target, selector);
  const rule = policy.calls[index];
  // No vault takes a rule for the latter two; whoever reads a policy need not rely on that.
  if (rule === undefined || isAddressEqual(target, vault) || givesHiddenAllowance(selector)) {
    return [{ code: "CALL_NOT_ALLOWED", ...where, selector }];
  }
  return [
    ...recipientViolations(policy, { rule, index }, call, position),
    ...conditionViolations(policy, rule, call, position),
    ...initCodeViolations(policy, { rule, index }, call, position),
  ];
}

type FoundRule = { readonly rule: CallRule; readonly index: number };

function recipientViolations(policy: Policy, found: FoundRule, call: Call, position: number): RuleViolation[] {
  const allowed = entriesOf(policy.recipients, found.rule.recipients);
  if (allowed.length === 0) return [];
  const named = recipientOf(call.data);
  const given = [...(call.value === 0n ? [] : [call.target]), ...(named === undefined ? [] : [named])];
  return given
    .filter((recipient) => !allowed.some(([, entry]) => isAddressEqual(entry, recipient)))
    .map((recipient) => ({ code: "RECIPIENT_NOT_ALLOWED", call: position, rule: found.index, recipient }));
}

function conditionViolations(policy: Policy, rule: CallRule, call: Call, position: number): RuleViolation[] {
  return entriesOf(policy.conditions, rule.conditions).flatMap(([index, condition]): RuleViolation[] => {
    const found = wordAt(call.data, BigInt(condition.offset));
    const word = BigInt(found ?? 0n);
    if (found !== undefined && holds(word, condition)) return [];
    const { operand } = condition;
    return [{ code: "CONDITION_FAILED", call: position, condition: index, target: call.target, word, operand }];
  });
}

function holds(word: bigint, { comparison, operand }: Condition): boolean {
  const name = COMPARISONS[comparison];
  return name !== undefined && MEANINGS[name](word, operand);
}

function initCodeViolations(policy: Policy, found: FoundRule, call: Call, position: number): RuleViolation[] {
  const allowed = entriesOf(policy.initCodes, found.rule.initCodes);
  if (allowed.length === 0) return [];
  const initCodeHash = hashOfArgument(call.data, found.rule.initCodeArgument);
  if (initCodeHash !== undefined && allowed.some(([, entry]) => entry.toLowerCase() === initCodeHash)) return [];
  return [
    {
      code: "INIT_CODE_NOT_ALLOWED",
      call: position,
      rule: found.index,
      deployer: call.target,
      initCodeHash: initCodeHash ?? NO_HASH,
    },
  ];
}

/** Hash of an argument of the type `bytes`, wherever the calldata has it; undefined unless all of it is there. */
function hashOfArgument(data: Hex, argument: number): Hex | undefined {
  const offset = BigInt(wordAt(data, 32n * BigInt(argument)) ?? -1n);
  const length = BigInt((offset < 0n ? undefined : wordAt(data, offset)) ?? -1n);
  const start = 4n + 32n + offset;
  if (length < 0n || start + length > BigInt(size(data))) return undefined;
  return keccak256(length === 0n ? "0x" : slice(data, Number(start), Number(start + length)));
}
