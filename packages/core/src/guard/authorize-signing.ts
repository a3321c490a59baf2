import type { Address, Hex } from "viem";
import type { CommitterState, DecisionWork, HeldClaim } from "../committer/state.ts";
import { authorizationDigest } from "../decision/digests.ts";
import { payloadHash } from "../decision/hashes.ts";
import type { DecisionId } from "../decision/ids.ts";
import { evaluatePolicy } from "../policy/evaluate.ts";
import { reservedFor } from "../policy/reservations.ts";
import type { PolicySnapshot, PolicyVerdict, PolicyViolation } from "../policy/types.ts";
import type { SignClaim } from "../ports/sign-claims.ts";
import type { AuthorizationIntent } from "./intent.ts";
import { rebuildAuthorization } from "./rebuild-authorization.ts";

/** What a share is asked to be released for. */
export interface SigningQuestion {
  readonly decisionId: DecisionId;
  /** The vault's policy at the finalised block. */
  readonly snapshot: PolicySnapshot;
  /** The decision registry this committer obeys. */
  readonly registry: Address;
  /** Chain time of the finalised block, in seconds. */
  readonly now: bigint;
}

/** Why the guard refuses. */
export type SigningRefusal =
  | { readonly code: "HALTED"; readonly reason: string }
  | { readonly code: "UNKNOWN_DECISION"; readonly decisionId: DecisionId }
  | { readonly code: "NOT_FINAL" }
  | { readonly code: "NOT_VALID" }
  | { readonly code: "NOT_APPROVED" }
  | { readonly code: "NOT_READY"; readonly readyAt: bigint; readonly now: bigint }
  | { readonly code: "ENDED"; readonly ending: string }
  | { readonly code: "PARKED"; readonly reason: string }
  | { readonly code: "DEADLINE_PASSED"; readonly deadline: bigint; readonly now: bigint }
  | { readonly code: "PAYLOAD_CHANGED"; readonly recorded: Hex; readonly computed: Hex }
  | { readonly code: "POLICY_DENIES"; readonly violations: readonly PolicyViolation[] }
  | { readonly code: "CLAIM_CONFLICT"; readonly held: Hex; readonly rebuilt: Hex };

/** The guard's answer: what may be signed and the claim it needs, or every reason why nothing may. */
export type SigningAnswer =
  | {
      readonly kind: "authorized";
      readonly intent: AuthorizationIntent;
      readonly claim: SignClaim;
      readonly verdict: PolicyVerdict;
    }
  | { readonly kind: "refused"; readonly refusals: readonly SigningRefusal[] };

/**
 * The one gate in front of a share. Call it before the claim and again when the share is released, each time with a
 * fresh snapshot. It rebuilds the authorization from the record, judges the policy with all reservations, and compares
 * the digest with the claim held for the decision. Its answer holds only until the next event.
 */
export function authorizeSigning(state: CommitterState, question: SigningQuestion): SigningAnswer {
  const work = state.open.get(question.decisionId);
  if (work === undefined) {
    return { kind: "refused", refusals: [{ code: "UNKNOWN_DECISION", decisionId: question.decisionId }] };
  }
  const { decision } = work;
  const verdict = judge(state, work, question.snapshot);
  const intent = rebuildAuthorization(decision, question.registry);
  const claim = { decisionId: decision.id, epoch: decision.epoch, digest: authorizationDigest(intent) };
  const refusals = [
    ...haltRefusals(state),
    ...lifeRefusals(work, question.now),
    ...contentRefusals(work),
    ...(verdict.kind === "deny" ? [{ code: "POLICY_DENIES", violations: verdict.violations } as const] : []),
    ...claimRefusals(work.claim, claim),
  ];
  return refusals.length === 0 ? { kind: "authorized", intent, claim, verdict } : { kind: "refused", refusals };
}

/** Verdict on an open decision with what others reserved counted as spent; the edge journals it for an attempt. */
export function judgeDecision(
  state: CommitterState,
  decisionId: DecisionId,
  snapshot: PolicySnapshot,
): PolicyVerdict | undefined {
  const work = state.open.get(decisionId);
  return work === undefined ? undefined : judge(state, work, snapshot);
}

/** Whether a rebuilt digest is the one the claim holds; without a claim there is nothing to compare. */
export function claimRefusals(held: HeldClaim | undefined, rebuilt: SignClaim): readonly SigningRefusal[] {
  if (held === undefined) return [];
  const isSame = held.epoch === rebuilt.epoch && held.digest.toLowerCase() === rebuilt.digest.toLowerCase();
  return isSame ? [] : [{ code: "CLAIM_CONFLICT", held: held.digest, rebuilt: rebuilt.digest }];
}

function judge(state: CommitterState, work: DecisionWork, snapshot: PolicySnapshot): PolicyVerdict {
  const { id, action, policyHash } = work.decision;
  const question = { vault: action.vault, decisionId: id, asOfBlock: snapshot.asOfBlock };
  return evaluatePolicy({ action, policyHash, reserved: reservedFor(state, question) }, snapshot);
}

function haltRefusals({ halt }: CommitterState): readonly SigningRefusal[] {
  return halt === undefined ? [] : [{ code: "HALTED", reason: halt.reason }];
}

function lifeRefusals(work: DecisionWork, now: bigint): readonly SigningRefusal[] {
  const { decision, result, ending, parked } = work;
  const refusals: SigningRefusal[] = [];
  if (!work.finalised) refusals.push({ code: "NOT_FINAL" });
  if (work.validation?.kind !== "valid") refusals.push({ code: "NOT_VALID" });
  if (result?.reply !== true) refusals.push({ code: "NOT_APPROVED" });
  else if (now < result.readyAt) refusals.push({ code: "NOT_READY", readyAt: result.readyAt, now });
  if (ending !== undefined) refusals.push({ code: "ENDED", ending: ending.kind });
  if (parked !== undefined) refusals.push({ code: "PARKED", reason: parked });
  if (now > decision.deadline) refusals.push({ code: "DEADLINE_PASSED", deadline: decision.deadline, now });
  return refusals;
}

function contentRefusals({ decision }: DecisionWork): readonly SigningRefusal[] {
  const computed = payloadHash(decision.action);
  if (computed === decision.payloadHash) return [];
  return [{ code: "PAYLOAD_CHANGED", recorded: decision.payloadHash, computed }];
}
