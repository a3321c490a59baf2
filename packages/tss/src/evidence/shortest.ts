import type { Evidence } from "./evidence.ts";
import { verifyEvidence } from "./verify.ts";

/**
 * The evidence without what the verdict does not need: if the broadcast of a malformed message is at fault already, its
 * direct payload stays closed (docs/protocol/evidence.md, what evidence reveals). For evidence that leaves this party.
 * @returns evidence with the same verdict; the same object if nothing can be left out
 */
export function shortestEvidence(evidence: Evidence): Evidence {
  if (evidence.kind !== "messages" || evidence.fault !== "malformedMessage" || evidence.direct === undefined) {
    return evidence;
  }
  const closed = { ...evidence, direct: undefined };
  return verifyEvidence(closed).kind === "proven" ? closed : evidence;
}
