import type { Alarms } from "./alarms.ts";
import type { Log } from "./log.ts";
import type { Memory } from "./memory.ts";

/** What settling a halt works with. */
export type HaltContext = {
  readonly memory: Pick<Memory, "state" | "record">;
  readonly alarms: Pick<Alarms, "raise">;
  readonly log: Pick<Log, "warn">;
};

/**
 * A halt of signing outlives a restart. Only an operator ends it, at a start, with a note of why; the note is journaled
 * and audited. Without a halt the note does nothing.
 * @param note the operator's reason, `undefined` when there is none
 */
export function settleHalt({ memory, alarms, log }: HaltContext, note: string | undefined): void {
  const { halt } = memory.state;
  if (halt === undefined) return;
  if (note === undefined) {
    alarms.raise("signingHalted", halt.reason);
    return;
  }
  memory.record([{ kind: "SigningResumed", note }]);
  log.warn("signing resumed by the operator", { reason: note });
}
