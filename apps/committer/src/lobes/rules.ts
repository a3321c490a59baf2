import type { Call } from "@synod/core";
import { type Address, getAddress, type Hex } from "viem";
import type { Lobe, LobeAnswer, LobeQuestion } from "./lobe.ts";
import type { RuleConditions, RuleFile } from "./rules-file.ts";

const TRANSFER_SELECTOR = "0xa9059cbb";
const TRANSFER_BYTES = 4 + 32 + 32;

type Transfer = { readonly token: Address; readonly to: Address; readonly amount: bigint };

function isAmong(list: readonly string[] | undefined, value: string): boolean {
  return list === undefined || list.some((item) => item.toLowerCase() === value.toLowerCase());
}

function selectorOf(call: Call): Hex {
  return `0x${call.data.slice(2, 10).toLowerCase()}`;
}

/** An exact `transfer(address,uint256)` without native value; anything longer, shorter or dirty is none. */
function transferOf(call: Call): Transfer | undefined {
  if (call.value !== 0n || selectorOf(call) !== TRANSFER_SELECTOR) return undefined;
  if (call.data.length !== 2 + 2 * TRANSFER_BYTES) return undefined;
  const recipient = call.data.slice(10, 74);
  if (!/^0{24}/.test(recipient)) return undefined;
  return { token: call.target, to: getAddress(`0x${recipient.slice(24)}`), amount: BigInt(`0x${call.data.slice(74)}`) };
}

function holdsTransfer(calls: readonly Call[], wanted: RuleConditions["erc20Transfer"]): boolean {
  if (wanted === undefined) return true;
  const transfers = calls.map(transferOf);
  let sum = 0n;
  for (const transfer of transfers) {
    if (transfer === undefined || !isAmong([wanted.token], transfer.token) || !isAmong(wanted.to, transfer.to))
      return false;
    sum += transfer.amount;
  }
  return calls.length > 0 && (wanted.amountAtMost === undefined || sum <= wanted.amountAtMost);
}

function holdsCalls(calls: readonly Call[], when: RuleConditions): boolean {
  const nativeValue = calls.reduce((sum, call) => sum + call.value, 0n);
  return (
    calls.every((call) => isAmong(when.targets, call.target)) &&
    calls.every((call) => isAmong(when.selectors, selectorOf(call))) &&
    (when.anyTarget === undefined || calls.some((call) => isAmong(when.anyTarget, call.target))) &&
    (when.nativeValueAtMost === undefined || nativeValue <= when.nativeValueAtMost) &&
    (when.callCountAtMost === undefined || calls.length <= when.callCountAtMost)
  );
}

function holdsDeadline(question: LobeQuestion, when: RuleConditions): boolean {
  const distance = question.decision.deadline - question.submittedAt;
  return (
    (when.deadlineWithinSeconds === undefined || distance <= BigInt(when.deadlineWithinSeconds)) &&
    (when.deadlineAfterSeconds === undefined || distance >= BigInt(when.deadlineAfterSeconds))
  );
}

/** Whether every condition of a rule holds for the decision. Depends on chain facts alone. */
export function holds(question: LobeQuestion, when: RuleConditions): boolean {
  const { submitter, action } = question.decision;
  return (
    isAmong(when.submitter, submitter) &&
    holdsCalls(action.calls, when) &&
    holdsTransfer(action.calls, when.erc20Transfer) &&
    holdsDeadline(question, when)
  );
}

/** The reply of the first rule that matches, or the file's default. Deterministic: equal files answer alike. */
export function evaluateRules(file: RuleFile, question: LobeQuestion): LobeAnswer {
  const rule = file.rules.find((candidate) => holds(question, candidate.when));
  if (rule !== undefined) return { kind: "answer", reply: rule.reply, reason: `rule: ${rule.name}` };
  if (file.default === "noAnswer") return { kind: "noAnswer", reason: "no rule matches" };
  return { kind: "answer", reply: false, reason: "no rule matches" };
}

/** A lobe that answers from a rule file. It never waits. */
export function rulesLobe(file: RuleFile): Lobe {
  return { ask: (question) => Promise.resolve(evaluateRules(file, question)) };
}
