import type { Hex } from "viem";
import type { DecisionId, MemberIndex } from "./ids.ts";

/** One committer's signed statement of its lobe's reply. */
export interface Attestation {
  readonly decisionId: DecisionId;
  /** Who signed; checked by recovery before it is journaled. */
  readonly memberIndex: MemberIndex;
  readonly reply: boolean;
  readonly resultHash: Hex;
  /** 65 bytes r ‖ s ‖ v over the EIP-712 digest. */
  readonly signature: Hex;
}

/** One signature of a list that the contracts take; lists are in strictly ascending order of the index. */
export interface SignedBy {
  readonly memberIndex: MemberIndex;
  readonly signature: Hex;
}
