import type { Address, Hex } from "viem";
import { isAddressEqual, size } from "viem/utils";
import { policyHash } from "../decision/hashes.ts";
import type { Action } from "../decision/types.ts";
import { callViolations, findCallRule } from "./call-rules.ts";
import { selectorOf } from "./calldata.ts";
import {
  addUpTo,
  amountsByRule,
  assetKey,
  capViolations,
  chargedInWindow,
  grossCharges,
  spendingViolations,
} from "./charges.ts";
import { isSelfCall } from "./self-calls.ts";
import { APPROVE_TYPED_DATA, typedDataRule } from "./typed-data-approval.ts";
import type { Policy, PolicySnapshot, PolicyVerdict, PolicyViolation, RuleViolation } from "./types.ts";

/** What a verdict is asked about. */
export interface PolicyQuestion {
  readonly action: Action;
  /** Policy hash the decision was submitted under; only this policy may allow it. */
  readonly policyHash: Hex;
  /** Held back for other decisions that were authorised and may still run, per asset. Keys are lower case. */
  readonly reserved: ReadonlyMap<Address, bigint>;
}

const DAY = 86_400n;

/**
 * Verdict of a vault's policy on one action, by the vault's own rules: default deny, all violations and not the first.
 * What was reserved for other decisions counts as spent, so that spent + reserved never exceeds a cap.
 */
export function evaluatePolicy(question: PolicyQuestion, snapshot: PolicySnapshot): PolicyVerdict {
  const { action, reserved } = question;
  const violations = [
    ...policyViolations(question, snapshot),
    ...ruleViolations(action, snapshot, reserved),
    ...typedDataViolations(action, snapshot.policy),
  ];
  const basis = { charges: grossCharges(action), policyHash: snapshot.policyHash, asOfBlock: snapshot.asOfBlock };
  return violations.length === 0 ? { kind: "allow", ...basis } : { kind: "deny", violations, ...basis };
}

/** Every rule that the action breaks at the snapshot's time, in the order of the vault's `violationsOf`. */
export function ruleViolations(
  action: Action,
  snapshot: PolicySnapshot,
  reserved: ReadonlyMap<Address, bigint>,
): readonly RuleViolation[] {
  const { policy } = snapshot;
  return [
    ...hourViolations(policy, snapshot.time),
    ...action.calls.flatMap((call, position) => [
      ...callViolations(policy, action.vault, call, position),
      ...spendingViolations(policy, action, position),
    ]),
    ...capViolations(policy, action),
    ...windowViolations(action, snapshot, reserved),
    ...rateViolations(snapshot),
  ];
}

function policyViolations(question: PolicyQuestion, snapshot: PolicySnapshot): readonly PolicyViolation[] {
  const computed = policyHash(snapshot.policy);
  const violations: PolicyViolation[] = [];
  if (computed !== snapshot.policyHash) {
    violations.push({ code: "POLICY_HASH_MISMATCH", reported: snapshot.policyHash, computed });
  }
  if (question.policyHash !== snapshot.policyHash) {
    violations.push({ code: "POLICY_CHANGED", expected: question.policyHash, actual: snapshot.policyHash });
  }
  if (!isAddressEqual(question.action.vault, snapshot.vault)) {
    violations.push({ code: "FOREIGN_VAULT", vault: question.action.vault, snapshotOf: snapshot.vault });
  }
  return violations;
}

function hourViolations({ activeFrom: from, activeUntil: until }: Policy, time: bigint): readonly RuleViolation[] {
  const second = Number(time % DAY);
  const isWithin = from < until ? second >= from && second < until : second >= from || second < until;
  return isWithin || from === until ? [] : [{ code: "OUTSIDE_HOURS", second, from, until }];
}

function windowViolations(
  action: Action,
  { policy, spentInWindow }: PolicySnapshot,
  reservations: ReadonlyMap<Address, bigint>,
): readonly RuleViolation[] {
  const amounts = amountsByRule(policy, action);
  return policy.assets.flatMap(({ asset, maxPerWindow: cap, windowSeconds, isUnlimited }, rule): RuleViolation[] => {
    const amount = amounts[rule] ?? 0n;
    const spent = spentInWindow.get(assetKey(asset)) ?? 0n;
    const reserved = reservations.get(assetKey(asset)) ?? 0n;
    if (amount === 0n || isUnlimited) return [];
    if (addUpTo(spent + reserved, chargedInWindow(amount, cap)) <= cap) return [];
    return [{ code: "OVER_WINDOW_CAP", rule, asset, amount, spent, reserved, cap, windowSeconds }];
  });
}

function rateViolations({ policy, executionsInSpan }: PolicySnapshot): readonly RuleViolation[] {
  const { maxExecutions: most, executionsSeconds: spanSeconds } = policy;
  const executions = executionsInSpan + 1n;
  return most === 0 || executions <= BigInt(most) ? [] : [{ code: "OVER_RATE", executions, most, spanSeconds }];
}

/** The vault approves typed data only where a rule names the application and the type, and asks for nothing more. */
function typedDataViolations({ calls, vault }: Action, policy: Policy): readonly RuleViolation[] {
  return calls.flatMap((call, position): RuleViolation[] => {
    if (!isSelfCall(call, vault) || selectorOf(call.data) !== APPROVE_TYPED_DATA) return [];
    const named = typedDataRule(call);
    if (named === undefined) {
      return [{ code: "CALLDATA_MALFORMED", call: position, target: vault, bytes: size(call.data) }];
    }
    const rule = policy.calls[findCallRule(policy, named.target, named.selector)];
    const isPlain = rule !== undefined && rule.conditions + rule.recipients + rule.initCodes === 0;
    return isPlain ? [] : [{ code: "CALL_NOT_ALLOWED", call: position, ...named }];
  });
}
