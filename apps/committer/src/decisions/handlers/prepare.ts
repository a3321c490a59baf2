import type { Decision, DecisionId, Execute, JournalEvent, PostResult, TransactionPurpose } from "@synod/core";
import type { Intent, Preparation } from "../../chain/account.ts";
import type { DecisionContext, Handler } from "../context.ts";
import { executeIntent, resolveIntent } from "../intents.ts";

/** Reverts that say that somebody else was faster, or that it is too early by this provider's newest block. */
const MOVED_ON: ReadonlySet<string> = new Set([
  "DecisionUnexpectedState",
  "VaultDecisionNotReady",
  "VaultDeadlinePassed",
]);

/**
 * Reverts that say that something else must come first: a predecessor's execution, the end of a guardian's pause, room for
 * the decision's budget, the policy's hours, room in its windows and in its rate, which another execution may have taken
 * since the policy was judged. They may pass, so they are no failure of the decision, whose deadline ends them: it is
 * tried again at the next block.
 */
const TOO_EARLY: ReadonlySet<string> = new Set([
  "DecisionPredecessorNotExecuted",
  "DecisionAgentPaused",
  "VaultBudgetNotFree",
  "DecisionReservationsFull",
  "VaultOutsideHours",
  "VaultRateExceeded",
  "VaultWindowCapExceeded",
]);

type Target = { readonly purpose: TransactionPurpose; readonly decisionId: DecisionId };

function isNoFailure(preparation: Preparation): boolean {
  if (preparation.kind !== "reverts" || preparation.revert.kind !== "named") return false;
  const { name } = preparation.revert;
  return MOVED_ON.has(name) || TOO_EARLY.has(name);
}

/**
 * Signs an intent for the next free nonce and journals both before anything can be sent. An intent that would revert
 * because it is already done is success: nothing is journaled, the chain will tell. An empty account or a fee above the
 * cap is no fault of the decision and may pass: nothing is journaled, it is tried again at the next block.
 */
export async function prepareDurably(
  context: DecisionContext,
  { purpose, decisionId }: Target,
  intent: Intent,
): Promise<readonly JournalEvent[]> {
  return context.outbox.withNonce(async (nonce) => {
    const preparation = await context.account.prepare(intent, nonce);
    const atBlock = context.view().head.number;
    if (preparation.kind === "prepared") {
      context.alarms.clear("outOfGasMoney");
      context.alarms.clear("feeAboveCap");
      const { transaction } = preparation;
      context.record([{ kind: "TransactionPrepared", purpose, decisionId, nonce, transaction, atBlock }]);
      return [];
    }
    if (isNoFailure(preparation)) return [];
    if (preparation.kind === "noGasMoney") context.alarms.raise("outOfGasMoney", preparation.reason);
    if (preparation.kind === "feeCapped") context.alarms.raise("feeAboveCap", preparation.reason);
    if (preparation.kind !== "reverts") return [];
    context.log.warn("transaction refused", { decisionId, action: purpose, reason: preparation.reason });
    context.metrics.transactions.inc({ outcome: "refused" });
    return [{ kind: "TransactionRefused", purpose, decisionId, reason: preparation.reason, atBlock }];
  });
}

/** Prepares the transaction that records the canonical result. */
export const postResult: Handler<PostResult> = (context, order) =>
  prepareDurably(
    context,
    { purpose: "postResult", decisionId: order.decisionId },
    resolveIntent(context.decisionRegistry, order),
  );

function decisionOf(context: DecisionContext, decisionId: DecisionId): Decision | undefined {
  return context.state().open.get(decisionId)?.decision;
}

/** Prepares the transaction that makes the vault act. */
export const execute: Handler<Execute> = async (context, { decisionId, signature }) => {
  const decision = decisionOf(context, decisionId);
  if (decision === undefined) return [];
  return prepareDurably(context, { purpose: "execute", decisionId }, executeIntent(decision, signature));
};
