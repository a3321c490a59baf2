import { type CheckPolicy, explainViolation, judgeDecision } from "@synod/core";
import type { Handler } from "../context.ts";

/** Judges a decision by its vault's policy at the finalised block, for one signing attempt. */
export const checkPolicy: Handler<CheckPolicy> = async (context, { decisionId, attempt }) => {
  const vault = context.state().open.get(decisionId)?.decision.action.vault;
  if (vault === undefined) return [];
  const snapshot = await context.snapshots.read(vault, context.view().finalised);
  const verdict = judgeDecision(context.state(), decisionId, snapshot);
  if (verdict === undefined) return [];
  const found = verdict.kind === "deny" ? verdict.violations : [];
  const violations = found.map((violation) => ({ code: violation.code, message: explainViolation(violation) }));
  for (const { code, message } of violations)
    context.log.warn("the policy denies", { decisionId, code, reason: message });
  const { kind, charges, policyHash, asOfBlock } = verdict;
  return [
    { kind: "PolicyVerdictRecorded", decisionId, attempt, verdict: kind, violations, charges, policyHash, asOfBlock },
  ];
};
