import { messageOf } from "../../failure.ts";
import type { Answer } from "./agree.ts";

/** Longest text of one provider's answer or failure in a message. */
const SHOWN = 60;

/** How a question that was not agreed upon stood in the end. */
export type Disagreement = {
  /** What was asked, with the block. */
  readonly call: string;
  readonly answers: readonly Answer<unknown>[];
  /** Providers that were not asked, because they have not reached the block. */
  readonly lagging: readonly string[];
  readonly quorum: number;
  readonly count: number;
  readonly isDisputed: boolean;
};

function shown(answer: Answer<unknown>): string {
  if (answer.kind === "failed") return `${answer.provider} failed (${messageOf(answer.cause, SHOWN)})`;
  const { provider, text } = answer;
  return `${provider} says ${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}`;
}

/**
 * Fewer providers than `chain.rpcQuorum` said the same. `rpcQuorumLost`: they contradict each other. `rpcUnreachable`:
 * too few have answered.
 */
export class NoAgreementError extends Error {
  override readonly name = "NoAgreementError";
  readonly code: "rpcQuorumLost" | "rpcUnreachable";
  readonly answers: readonly Answer<unknown>[];

  constructor({ call, answers, lagging, quorum, count, isDisputed }: Disagreement) {
    const parts = [...answers.map(shown), ...lagging.map((provider) => `${provider} has not got so far`)];
    const only = answers[0];
    super(
      count === 1 && only?.kind === "failed"
        ? messageOf(only.cause)
        : `fewer than ${quorum} of ${count} providers agree on ${call}: ${parts.join("; ")}`,
      count === 1 && only?.kind === "failed" ? { cause: only.cause } : {},
    );
    this.code = isDisputed ? "rpcQuorumLost" : "rpcUnreachable";
    this.answers = answers;
  }

  /** Whether a provider failed in a way that `matches`. */
  hasFailure(matches: (cause: unknown) => boolean): boolean {
    return this.answers.some((answer) => answer.kind === "failed" && matches(answer.cause));
  }
}
