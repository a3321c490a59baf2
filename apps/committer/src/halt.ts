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
 * Raises the alarm of a halt as soon as one is recorded, whatever recorded it: an event that contradicts what is known
 * halts by itself.
 * @param halt reads the halt that stands
 */
export function watchHalt(
  halt: () => { readonly reason: string } | undefined,
  alarms: Pick<Alarms, "raise">,
): () => void {
  return () => {
    const standing = halt();
    if (standing !== undefined) alarms.raise("signingHalted", standing.reason);
  };
}

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
