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
    case "OUTSIDE_HOURS":
      return `second ${violation.second} of the day is not within ${violation.from} … ${violation.until}`;
    case "CALLDATA_MALFORMED":
      return `call ${violation.call}: ${violation.bytes} bytes of data are no call of ${violation.target}`;
    case "CALL_NOT_ALLOWED":
      return `call ${violation.call}: no rule allows ${violation.selector} on ${violation.target}`;
    case "RECIPIENT_NOT_ALLOWED":
      return `call ${violation.call}: call rule ${violation.rule} does not list ${violation.recipient} as a recipient`;
    case "CONDITION_FAILED":
      return `call ${violation.call}: ${violation.word} fails condition ${violation.condition}, whose operand is ${violation.operand}`;
    case "INIT_CODE_NOT_ALLOWED":
      return `call ${violation.call}: call rule ${violation.rule} does not list init code ${violation.initCodeHash} for ${violation.deployer}`;
    case "ASSET_NOT_ALLOWED":
      return `call ${violation.call}: no rule lets ${assetName(violation.asset)} leave the vault; ${violation.amount} asked`;
    case "OPERATOR_NOT_ALLOWED":
      return `call ${violation.call}: no rule says that ${assetName(violation.asset)} is unlimited, as an operator would be`;
    case "OVER_RATE":
      return `${violation.executions} executions in ${violation.spanSeconds} seconds, at most ${violation.most}`;
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
