import type { Address } from "viem";
import { isAddressEqual } from "viem/utils";
import type { CommitterState } from "../committer/state.ts";
import type { DecisionId } from "../decision/ids.ts";
import { assetKey, grossCharges } from "./charges.ts";
import type { Charge } from "./types.ts";

/** Whose budget is asked about. */
export interface ReservationQuestion {
  readonly vault: Address;
  /** The decision that asks; it does not compete with itself. */
  readonly decisionId: DecisionId;
  /** Block of the policy snapshot: what was executed later is not in its spent amounts. */
  readonly asOfBlock: bigint;
}

/**
 * What other decisions of the vault may still take or took after the snapshot, per asset with lower-case keys: every
 * open decision that this committer claimed or holds a signature for, and executions newer than the snapshot.
 */
export function reservedFor(state: CommitterState, question: ReservationQuestion): ReadonlyMap<Address, bigint> {
  const sums = new Map<Address, bigint>();
  for (const { asset, amount } of [...openCharges(state, question), ...recentCharges(state, question)]) {
    const key = assetKey(asset);
    sums.set(key, (sums.get(key) ?? 0n) + amount);
  }
  return sums;
}

function openCharges(state: CommitterState, question: ReservationQuestion): readonly Charge[] {
  return [...state.open.values()].flatMap(({ decision, claim, signature, ending }) => {
    const isOther = decision.id !== question.decisionId && isAddressEqual(decision.action.vault, question.vault);
    const mayStillSpend = claim !== undefined || signature !== undefined;
    const isCounted = ending !== undefined && (ending.kind !== "executed" || ending.atBlock <= question.asOfBlock);
    return isOther && mayStillSpend && !isCounted ? grossCharges(decision.action) : [];
  });
}

function recentCharges(state: CommitterState, question: ReservationQuestion): readonly Charge[] {
  return [...state.closed.values()].flatMap(({ vault, spending }) => {
    const isNewer = spending !== undefined && spending.atBlock > question.asOfBlock;
    return isNewer && isAddressEqual(vault, question.vault) ? spending.charges : [];
  });
}
