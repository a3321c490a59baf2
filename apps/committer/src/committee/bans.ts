import type { PeerBanned } from "@synod/core";
import type { Abort } from "@synod/tss";
import type { Alarms } from "../alarms.ts";
import type { EvidenceStore } from "../audit/evidence-store.ts";
import type { Metrics } from "../metrics.ts";
import type { EpochEntry } from "./epoch-book.ts";

/** What an abort leaves behind besides itself. */
export type BanContext = { readonly evidence: EvidenceStore; readonly metrics: Metrics; readonly alarms: Alarms };

/**
 * Keeps an abort's evidence and turns a ban into journal events. Only cheating that the protocol proved bans; silence,
 * time-outs and bad frames never do.
 */
export function banEvents(context: BanContext, { members }: EpochEntry, abort: Abort): readonly PeerBanned[] {
  const { evidence, metrics, alarms } = context;
  const { code, severity, culprits } = abort;
  const evidenceHash = evidence.keep(abort);
  metrics.aborts.inc({ code });
  if (severity !== "ban") return [];
  return culprits.flatMap((party) => {
    const member = members[party - 1];
    if (member === undefined) return [];
    metrics.bans.inc({ code });
    alarms.raise("memberBanned", `member ${member.memberIndex} is banned for this epoch: ${code}`);
    return [{ kind: "PeerBanned", peer: member.peer, code, evidenceHash } as const];
  });
}
