import { type Action, grossCharges, type RuleViolation, ruleViolations } from "@synod/core";
import { type Address, isAddressEqual } from "viem";
import { charge, countExecution, vaultRow } from "./budgets.ts";
import type { Environment } from "./environment.ts";
import { Revert } from "./revert.ts";

/** What is found only against what was executed before, and later. */
const LATER: ReadonlySet<string> = new Set(["OVER_WINDOW_CAP", "OVER_RATE"]);

function big(position: number): bigint {
  return BigInt(position);
}

/** The vault's error for a broken rule. */
function revertOf(found: RuleViolation): Revert {
  switch (found.code) {
    case "OUTSIDE_HOURS":
      return new Revert("VaultOutsideHours", [big(found.second), big(found.from), big(found.until)]);
    case "CALLDATA_MALFORMED":
      return new Revert("VaultCalldataMalformed", [big(found.call), big(found.bytes)]);
    case "CALL_NOT_ALLOWED":
      return new Revert("VaultCallDenied", [big(found.call), found.target, found.selector]);
    case "RECIPIENT_NOT_ALLOWED":
      return new Revert("VaultRecipientDenied", [big(found.call), found.recipient]);
    case "CONDITION_FAILED":
      return new Revert("VaultConditionFailed", [big(found.call), big(found.condition), found.word]);
    case "INIT_CODE_NOT_ALLOWED":
      return new Revert("VaultInitCodeDenied", [big(found.call), found.deployer, found.initCodeHash]);
    case "ASSET_NOT_ALLOWED":
      return new Revert("VaultAssetDenied", [found.asset]);
    case "OPERATOR_NOT_ALLOWED":
      return new Revert("VaultOperatorDenied", [big(found.call), found.asset]);
    case "OVER_TRANSACTION_CAP":
      return new Revert("VaultTransactionCapExceeded", [found.asset, found.amount, found.cap]);
    case "OVER_WINDOW_CAP":
      return new Revert("VaultWindowCapExceeded", [found.asset, found.spent + found.amount, found.cap]);
    case "OVER_RATE":
      return new Revert("VaultRateExceeded", [found.executions, big(found.most)]);
  }
}

/** Holds an action against the vault's policy, counts the execution and charges what the calls say that they spend. */
export function clear(env: Environment, vault: Address, action: Action, decidedHash: string): void {
  const { policy, policyHash } = vaultRow(env, vault);
  const spent = { spentInWindow: new Map(), executionsInSpan: 0n };
  const snapshot = { vault, policy, policyHash, ...spent, asOfBlock: 0n, time: env.time };
  const first = ruleViolations(action, snapshot, new Map()).find(({ code }) => !LATER.has(code));
  if (first !== undefined) throw revertOf(first);
  if (policyHash !== decidedHash) throw new Revert("VaultPolicyChanged", [policyHash, decidedHash]);
  countExecution(env, vault);
  const charges = grossCharges(action);
  for (const rule of policy.assets) {
    const { amount = 0n } = charges.find(({ asset }) => isAddressEqual(asset, rule.asset)) ?? {};
    if (!rule.isUnlimited) charge(env, vault, rule, amount);
  }
}
