import type { AbortCode, AbortReason } from "../../src/engine/abort.ts";

/** What an honest party must do about one fault. */
export type Expectation =
  | {
      readonly kind: "abort";
      readonly code: AbortCode;
      readonly severity: AbortReason["severity"];
      readonly blame: AbortReason["blame"];
    }
  /** The frame has no effect, so the sender counts as silent: the session ends by its deadline. */
  | { readonly kind: "silence" }
  /** The session ends well, and so does what comes after it. */
  | { readonly kind: "harmless" }
  /** The session ends well; what comes after it fails without a name. */
  | { readonly kind: "poisoned"; readonly code: AbortCode }
  /** One of them: which, depends on a secret or on the bits that were hit. */
  | { readonly kind: "anyOf"; readonly of: readonly Expectation[] };

/** The culprit is named and anybody can check it. */
export function provable(code: AbortCode): Expectation {
  return { kind: "abort", code, severity: "retry", blame: "public" };
}

/** The culprit is named, but only this party can know. */
export function pairwise(code: AbortCode): Expectation {
  return { kind: "abort", code, severity: "retry", blame: "pairwise" };
}

/** The culprit is named and the pair is burnt. */
export function ban(code: AbortCode): Expectation {
  return { kind: "abort", code, severity: "ban", blame: "pairwise" };
}

/** Nobody is named. */
export function nobody(code: AbortCode): Expectation {
  return { kind: "abort", code, severity: "retry", blame: "nobody" };
}

/** Nothing that can be told from a slow network. */
export const SILENCE: Expectation = { kind: "silence" };

/** Allowed by the protocol, or made good by a resend. */
export const HARMLESS: Expectation = { kind: "harmless" };

/** Shows only in the protocol that uses the output. */
export function poisoned(code: AbortCode): Expectation {
  return { kind: "poisoned", code };
}

/** One of several. */
export function anyOf(...of: readonly Expectation[]): Expectation {
  return { kind: "anyOf", of };
}
