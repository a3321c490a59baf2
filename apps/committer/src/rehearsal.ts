import type { Hex } from "viem";
import { StartError } from "./failure.ts";

/** The durable writes after which a rehearsal can kill the process. */
export type CrashPoint = "after-attestation" | "after-claim" | "after-signature";

const POINTS: readonly string[] = ["after-attestation", "after-claim", "after-signature"] satisfies CrashPoint[];

/** Crash rehearsals: see docs/operations. */
export type Rehearsal = {
  /** Called right after a durable write. In a rehearsal of this very moment the process dies here, as by `kill -9`. */
  reached(point: CrashPoint, decisionId: Hex): void;
};

/** No rehearsal: nothing ever happens. */
export const NO_REHEARSAL: Rehearsal = { reached: () => undefined };

/**
 * Reads `SYNOD_REHEARSE_CRASH=<point>[:<decisionId>]`. Without a decision id the first decision that gets there counts.
 * @param kill ends the process at once, without any clean-up
 * @throws StartError `usage` for an unknown point.
 */
export function readRehearsal(text: string | undefined, kill: () => void): Rehearsal {
  if (text === undefined || text === "") return NO_REHEARSAL;
  const [wanted = "", ...rest] = text.split(":");
  const only = rest.join(":").toLowerCase();
  if (!POINTS.includes(wanted))
    throw new StartError(
      "usage",
      `SYNOD_REHEARSE_CRASH: ${wanted} is no crash point; use ${POINTS.join(", ")}, or unset it`,
    );
  return {
    reached(point, decisionId) {
      if (point === wanted && (only === "" || only === decisionId.toLowerCase())) kill();
    },
  };
}
