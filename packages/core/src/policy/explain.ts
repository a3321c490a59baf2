import type { Address } from "viem";
import { isAddressEqual } from "viem/utils";
import { ZERO_ADDRESS } from "../decision/types.ts";
import type { PolicyViolation } from "./types.ts";

function assetName(asset: Address): string {
  return isAddressEqual(asset, ZERO_ADDRESS) ? "native coin" : `token ${asset}`;
}

/** One violation as a sentence for people: what is wrong, with the amounts, in the asset's smallest unit. */
export function explainViolation(violation: PolicyViolation): string {
  switch (violation.code) {
    case "POLICY_CHANGED":
      return `the decision was submitted under policy ${violation.expected}, the vault has ${violation.actual}`;
    case "POLICY_HASH_MISMATCH":
      return `the vault reports policy ${violation.reported}, its rules hash to ${violation.computed}`;
    case "FOREIGN_VAULT":
      return `the action is for vault ${violation.vault}, the policy is of vault ${violation.snapshotOf}`;
    case "SELF_CALL":
      return `call ${violation.call} calls the vault itself in a way that no rule can allow`;
    case "SELECTOR_MALFORMED":
      return `call ${violation.call} to ${violation.target} has data ${violation.data}: neither empty nor a selector`;
    case "CALL_NOT_ALLOWED":
      return `call ${violation.call}: no rule allows ${violation.selector} on ${violation.target}`;
    case "SELECTOR_DENIED":
      return `call ${violation.call}: ${violation.selector} on ${violation.target} gives an allowance that no cap can count`;
    case "CALLDATA_MALFORMED":
      return `call ${violation.call}: ${violation.selector} on ${violation.target} is too short for its arguments`;
    case "ASSET_NOT_ALLOWED":
      return `${assetName(violation.asset)}: no rule lets it leave the vault; ${violation.amount} asked`;
    case "OVER_TRANSACTION_CAP":
      return `${assetName(violation.asset)}: ${violation.amount} asked, at most ${violation.cap} in one execution`;
    case "OVER_WINDOW_CAP":
      return explainWindow(violation);
  }
}

function explainWindow(violation: Extract<PolicyViolation, { code: "OVER_WINDOW_CAP" }>): string {
  const { asset, amount, spent, reserved, cap, windowSeconds } = violation;
  const held = reserved === 0n ? "" : ` and ${reserved} reserved for other decisions`;
  return `${assetName(asset)}: ${amount} asked with ${spent} spent${held}, at most ${cap} in ${windowSeconds} seconds`;
}
