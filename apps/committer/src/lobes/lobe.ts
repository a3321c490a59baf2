import type { Decision } from "@synod/core";
import { type Hex, keccak256, zeroHash } from "viem";

/** A decision as a lobe sees it: chain facts only, so that every committer shows its lobe the same. */
export type LobeQuestion = {
  readonly decision: Decision;
  /** Time of the block that holds the submission, in seconds. The lobe's only clock. */
  readonly submittedAt: bigint;
};

/** What a lobe says. `noAnswer` is never counted as a yes nor as a no: the committer asks again later. */
export type LobeAnswer =
  | { readonly kind: "answer"; readonly reply: boolean; readonly reason: string; readonly result?: Hex }
  | { readonly kind: "noAnswer"; readonly reason: string };

/** Answers decision requests: a plugin of the committer. It never throws for a bad or missing reply. */
export type Lobe = {
  ask(question: LobeQuestion, signal: AbortSignal): Promise<LobeAnswer>;
};

/** What an attestation binds of the lobe's result: keccak256 of its bytes, or 32 zero bytes when there is none. */
export function resultHashOf(answer: { readonly result?: Hex }): Hex {
  return answer.result === undefined ? zeroHash : keccak256(answer.result);
}
