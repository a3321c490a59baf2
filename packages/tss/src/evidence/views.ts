import { deriveHandle } from "../engine/context.ts";
import { envelopeDigest, isSameSlot, type SignedEnvelope } from "../envelope/envelope.ts";
import { equalBytes } from "../math/bytes.ts";
import type { EquivocationEvidence, ViewEvidence } from "./evidence.ts";
import { verifyEvidence } from "./verify.ts";

/** What two parties' views of one round show together. */
export type ViewComparison =
  /** A party signed two envelopes for one slot: proof for anybody. */
  | { readonly kind: "equivocation"; readonly evidence: EquivocationEvidence }
  /** Both accepted the same: whoever signed a view that is another one lied about it, which only its receivers know. */
  | { readonly kind: "agreement" }
  /** The other view is of another session or round, lacks an envelope or shows one that was not signed. */
  | { readonly kind: "inconclusive" };

/**
 * Compares this party's view after `viewMismatch` with the one another party sent (docs/protocol/evidence.md, "Views").
 * The other's may be a lie: only what third parties signed counts, and this party's own terms.
 */
export function compareViews(ours: ViewEvidence, theirs: ViewEvidence): ViewComparison {
  if (!equalBytes(deriveHandle(ours.terms), deriveHandle(theirs.terms))) return { kind: "inconclusive" };
  const evidence = findEquivocation(ours, theirs);
  if (evidence !== undefined) return { kind: "equivocation", evidence };
  const isEqual = ours.accepted.length === theirs.accepted.length && ours.accepted.every(isAmong(theirs.accepted));
  return { kind: isEqual ? "agreement" : "inconclusive" };
}

/** Evidence against the first sender that signed two different envelopes for one slot; undefined if none did. */
export function findEquivocation(ours: ViewEvidence, theirs: ViewEvidence): EquivocationEvidence | undefined {
  const { terms } = ours;
  for (const first of ours.accepted) {
    for (const second of theirs.accepted.filter(({ envelope }) => isSameSlot(first.envelope, envelope))) {
      const evidence = { kind: "equivocation", terms, first, second } as const;
      if (verifyEvidence(evidence).kind === "proven") return evidence;
    }
  }
  return undefined;
}

function isAmong(others: readonly SignedEnvelope[]): (signed: SignedEnvelope) => boolean {
  const digests = others.map(({ envelope }) => envelopeDigest(envelope));
  return ({ envelope }) => digests.some((digest) => equalBytes(digest, envelopeDigest(envelope)));
}
