import { type AuditHead, extendAuditHead } from "@synod/core";
import type { Hex } from "viem";

/** A head of a log, and what leads to it from the one that the log had at length `from`. */
export type ShownHead = AuditHead & {
  readonly from: number;
  /** Hashes of the entries in between, in order. */
  readonly entryHashes: readonly Hex[];
};

/**
 * `extends`: it is the remembered head with more behind it, or the first of its log that is seen. `known`: it is the
 * remembered one. `unshown`: what was shown does not begin at the remembered one, which says nothing; it is told.
 * `forked`: the log is not the one that was remembered any more.
 */
export type HeadVerdict = "extends" | "known" | "unshown" | "forked";

/** What a shown head is to one that was remembered; see {@link HeadVerdict}. */
export function judgeHead(shown: ShownHead, remembered: AuditHead | undefined): HeadVerdict {
  if (remembered === undefined) return "extends";
  if (shown.length === remembered.length) return shown.hash === remembered.hash ? "known" : "forked";
  if (shown.length < remembered.length || shown.from !== remembered.length) return "unshown";
  const { length, hash } = extendAuditHead(remembered, shown.entryHashes);
  return length === shown.length && hash === shown.hash ? "extends" : "forked";
}
