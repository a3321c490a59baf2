import type { EndingObserved, ResultObserved, SignatureProduced, SignClaimed } from "./events.ts";
import type { DecisionWork } from "./state.ts";

/** Events that say something which there is only once for each decision. */
export type UniqueEvent = SignClaimed | SignatureProduced | ResultObserved | EndingObserved;

/**
 * Why an event cannot be true beside what is known of its decision, for a person; `undefined`: it can. Each of these
 * means that a key, a store or finality has failed: a committer that met one stops rather than continue wrong.
 */
export function contradictionIn(work: DecisionWork, event: UniqueEvent): string | undefined {
  const of = `decision ${event.decisionId}`;
  switch (event.kind) {
    case "SignClaimed":
      return isOther(work.claim, event) ? `two digests for ${of}` : undefined;
    case "SignatureProduced":
      return work.claim !== undefined && work.claim.digest !== event.digest
        ? `a signature over another digest than the claimed one for ${of}`
        : undefined;
    case "ResultObserved":
      return isOtherResult(work.result, event) ? `two results for ${of}` : undefined;
    case "EndingObserved":
      return wrongEnding(work, event, of);
  }
}

function isOther(held: DecisionWork["claim"], { digest, epoch }: SignClaimed): boolean {
  return held !== undefined && (held.digest !== digest || held.epoch !== epoch);
}

function isOtherResult(known: DecisionWork["result"], { reply, resultHash, block }: ResultObserved): boolean {
  if (known === undefined) return false;
  return known.reply !== reply || known.resultHash !== resultHash || known.block.hash !== block.hash;
}

function wrongEnding({ ending, result }: DecisionWork, event: EndingObserved, of: string): string | undefined {
  if (ending !== undefined && ending.kind !== event.ending) return `two endings for ${of}`;
  if (event.ending === "executed" && result?.reply !== true) return `${of} was executed without an approval`;
  return undefined;
}
