import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/** Conditions that need a person. Each is named in the log, in the metrics and in `/status` while it stands. */
export const ALARMS = [
  "finalityStalled",
  "finalisedBlockChanged",
  "rpcUnreachable",
  "rpcDisagreement",
  "rpcQuorumLost",
  "chainViewDiffers",
  "outOfGasMoney",
  "feeAboveCap",
  "signingClaimConflict",
  "signingHalted",
  "memberBanned",
  "shareMissing",
  "shareRestored",
  "recordMismatch",
  "handoverImpossible",
  "decisionParked",
  "auditHeadForked",
  "auditHeadRefused",
] as const;

/** One of {@link ALARMS}. */
export type AlarmName = (typeof ALARMS)[number];

/** While one of these stands, nothing new is signed: what is known of the chain is old, or in dispute. */
export const PAUSING_ALARMS: readonly AlarmName[] = ["rpcUnreachable", "rpcQuorumLost"];

/** The alarms that stand now. Raising one twice, or clearing one that does not stand, changes nothing. */
export type Alarms = {
  raise(alarm: AlarmName, reason: string): void;
  clear(alarm: AlarmName): void;
  standing(): readonly { readonly alarm: AlarmName; readonly reason: string }[];
  stands(alarm: AlarmName): boolean;
};

/** An empty alarm board. Side effects of a change: one log line, one metric. */
export function createAlarms(log: Log, metrics: Metrics): Alarms {
  const reasons = new Map<AlarmName, string>();
  return {
    raise(alarm, reason) {
      if (reasons.get(alarm) === reason) return;
      reasons.set(alarm, reason);
      metrics.alarms.set({ alarm }, 1);
      log.error("alarm raised", { alarm, reason });
    },
    clear(alarm) {
      if (!reasons.delete(alarm)) return;
      metrics.alarms.set({ alarm }, 0);
      log.info("alarm cleared", { alarm });
    },
    standing: () => [...reasons].map(([alarm, reason]) => ({ alarm, reason })),
    stands: (alarm) => reasons.has(alarm),
  };
}
