import type { Hex } from "viem";
import type { DecisionId } from "../decision/ids.ts";

/** Why a transaction from the committer's own account exists. */
export type TransactionPurpose = "postResult" | "execute";

/** One signed version of a transaction. Signed before it is journaled, journaled before it is sent. */
export interface SignedTransaction {
  readonly hash: Hex;
  /** The serialized, signed bytes: sending them again can never make a second transaction. */
  readonly raw: Hex;
  /** Most that one unit of gas may cost, in wei; a replacement must offer more. */
  readonly maxFeePerGasWei: bigint;
}

interface Reserved {
  readonly purpose: TransactionPurpose;
  readonly decisionId: DecisionId;
  readonly nonce: number;
  /** All versions ever signed for this nonce, oldest first; the last one counts. */
  readonly versions: readonly SignedTransaction[];
  /** Head block when the last version was prepared or sent. */
  readonly atBlock: bigint;
}

/** A transaction whose nonce is taken and whose outcome is not final. `prepared`: it may or may not have left. */
export type TransactionWork = (Reserved & { readonly kind: "prepared" }) | (Reserved & { readonly kind: "sent" });
