import type { Address, Hex } from "viem";
import { isAddressEqual, slice } from "viem/utils";
import { policyHash } from "../decision/hashes.ts";
import type { Action, Call } from "../decision/types.ts";
import { EMPTY_SELECTOR, readCalldata } from "./calldata.ts";
import { assetKey, chargedInWindow, grossCharges } from "./charges.ts";
import { isSelfCall } from "./self-calls.ts";
import { APPROVE_TYPED_DATA, typedDataRule } from "./typed-data-approval.ts";
import type { CallRule, Charge, PolicySnapshot, PolicyVerdict, PolicyViolation } from "./types.ts";

/** What a verdict is asked about. */
export interface PolicyQuestion {
  readonly action: Action;
  /** Policy hash the decision was submitted under; only this policy may allow it. */
  readonly policyHash: Hex;
  /** Held back for other decisions that were authorised and may still run, per asset. Keys are lower case. */
  readonly reserved: ReadonlyMap<Address, bigint>;
}

/**
 * Verdict of a vault's policy on one action, by the vault's own rules: default deny, all violations and not the first.
 * What was reserved for other decisions counts as spent, so that spent + reserved never exceeds a cap.
 */
export function evaluatePolicy(question: PolicyQuestion, snapshot: PolicySnapshot): PolicyVerdict {
  const charges = grossCharges(question.action);
  const violations = [
    ...policyViolations(question, snapshot),
    ...question.action.calls.flatMap((call, position) => callViolations(call, position, snapshot)),
    ...charges.flatMap((charge) => chargeViolations(charge, snapshot, question.reserved)),
  ];
  const basis = { charges, policyHash: snapshot.policyHash, asOfBlock: snapshot.asOfBlock };
  return violations.length === 0 ? { kind: "allow", ...basis } : { kind: "deny", violations, ...basis };
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

function callViolations(call: Call, position: number, snapshot: PolicySnapshot): readonly PolicyViolation[] {
  const { target } = call;
  const calldata = readCalldata(call, snapshot.vault);
  const where = { call: position, target };
  if (isSelfCall(call, snapshot.vault)) return selfCallViolations(call, position, snapshot);
  const selfCall: readonly PolicyViolation[] = isAddressEqual(target, snapshot.vault)
    ? [{ code: "SELF_CALL", ...where }]
    : [];
  switch (calldata.kind) {
    case "withoutSelector":
      return [...selfCall, { code: "SELECTOR_MALFORMED", ...where, data: call.data }];
    case "tooShort":
      return [...selfCall, { code: "CALLDATA_MALFORMED", ...where, selector: calldata.selector }];
    case "hiddenAllowance":
      return [...selfCall, { code: "SELECTOR_DENIED", ...where, selector: calldata.selector }];
    case "empty":
    case "spending":
    case "other": {
      const selector = calldata.kind === "empty" ? EMPTY_SELECTOR : calldata.selector;
      if (isAllowed(snapshot.policy.calls, target, selector)) return selfCall;
      return [...selfCall, { code: "CALL_NOT_ALLOWED", ...where, selector }];
    }
  }
}

/** The vault approves typed data only where a rule names the application and the type. */
function selfCallViolations(call: Call, position: number, snapshot: PolicySnapshot): readonly PolicyViolation[] {
  const selector = slice(call.data, 0, 4);
  if (selector.toLowerCase() !== APPROVE_TYPED_DATA) return [];
  const rule = typedDataRule(call);
  if (rule === undefined) return [{ code: "CALLDATA_MALFORMED", call: position, target: call.target, selector }];
  if (isAllowed(snapshot.policy.calls, rule.target, rule.selector)) return [];
  return [{ code: "CALL_NOT_ALLOWED", call: position, target: rule.target, selector: rule.selector }];
}

function isAllowed(rules: readonly CallRule[], target: Address, selector: Hex): boolean {
  return rules.some((rule) => isAddressEqual(rule.target, target) && rule.selector.toLowerCase() === selector);
}

function chargeViolations(
  charge: Charge,
  snapshot: PolicySnapshot,
  reservations: ReadonlyMap<Address, bigint>,
): readonly PolicyViolation[] {
  const { asset, amount } = charge;
  const rule = snapshot.policy.assets.find((candidate) => isAddressEqual(candidate.asset, asset));
  if (rule === undefined) return [{ code: "ASSET_NOT_ALLOWED", asset, amount }];
  if (amount === 0n) return [];
  const violations: PolicyViolation[] = [];
  if (amount > rule.maxPerTransaction) {
    violations.push({ code: "OVER_TRANSACTION_CAP", asset, amount, cap: rule.maxPerTransaction });
  }
  const spent = snapshot.spentInWindow.get(assetKey(asset)) ?? 0n;
  const reserved = reservations.get(assetKey(asset)) ?? 0n;
  if (spent + reserved + chargedInWindow(amount, rule.maxPerWindow) > rule.maxPerWindow) {
    const { maxPerWindow: cap, windowSeconds } = rule;
    violations.push({ code: "OVER_WINDOW_CAP", asset, amount, spent, reserved, cap, windowSeconds });
  }
  return violations;
}
