import type { Hex } from "viem";
import type { DecisionId, Epoch } from "../decision/ids.ts";

/** What a committer is about to sign: one digest for one decision in one epoch. */
export interface SignClaim {
  readonly decisionId: DecisionId;
  readonly epoch: Epoch;
  /** EIP-712 digest of the authorization, 32 bytes, lower-case hex. */
  readonly digest: Hex;
}

/**
 * `claimed`: written now. `repeated`: the same digest was claimed before, a new session may sign it again.
 * `conflict`: another digest holds the claim for ever; nothing was written and nothing may be signed.
 */
export type ClaimOutcome =
  | { readonly kind: "claimed" }
  | { readonly kind: "repeated" }
  | { readonly kind: "conflict"; readonly existing: Hex };

/** The durable table that keeps one (decision, epoch) bound to exactly one digest, for ever. */
export interface SignClaims {
  /**
   * Compares and inserts in one atomic operation.
   * Side effects: one synced write when the outcome is `claimed`; it is durable before the call returns.
   */
  claim(claim: SignClaim): ClaimOutcome;
}
