import { BaseError } from "viem";

/** Why an answer is not taken. */
export type Refusal = "tooLarge" | "tooFragmented" | "late" | "nonsense";

/** viem asks again after errors that carry no code, or one of few; this one is none of them. */
const NO_RETRY = 413;

/** A provider's answer is too much, too late or none at all. The same question would cost as much again: it is not put. */
export class UnusableAnswerError extends BaseError {
  readonly code = NO_RETRY;
  readonly refusal: Refusal;

  constructor(refusal: Refusal, reason: string) {
    super(reason, { name: "UnusableAnswerError" });
    this.refusal = refusal;
  }
}
