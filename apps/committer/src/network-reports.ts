import type { NetworkEvent } from "@synod/network";
import { messageOf } from "./failure.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/** How long one kind of trouble with one peer is not logged again: a peer must not fill the disk with lines. */
const QUIET_MS = 10_000;

/** Whether something of this name is to be logged now: not if it was within {@link QUIET_MS}. */
function sometimes(nowMs: () => number): (name: string) => boolean {
  const loggedMs = new Map<string, number>();
  return (name) => {
    const now = nowMs();
    if (now - (loggedMs.get(name) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return false;
    loggedMs.set(name, now);
    return true;
  };
}

/** Trouble that others can cause as often as they like; `undefined` for all else. Strangers are all one. */
function troubleOf(event: NetworkEvent): string | undefined {
  switch (event.kind) {
    case "peerRefused":
    case "handlerFailed":
      return event.kind;
    case "frameDropped":
      return `${event.kind} ${event.to} ${event.reason}`;
    case "frameRejected":
      return `${event.kind} ${event.from} ${event.reason}`;
    case "peerSlowed":
      return `${event.kind} ${event.peer}`;
    default:
      return undefined;
  }
}

/**
 * Turns what the transport reports into log lines and counts. None of it is evidence against anybody: a refused,
 * slowed or unreachable peer is never banned for it. Every event is counted, but trouble is logged only now and then.
 */
export function networkReports(
  log: Log,
  metrics: Pick<Metrics, "networkEvents">,
  nowMs: () => number = () => performance.now(),
): (event: NetworkEvent) => void {
  const isDue = sometimes(nowMs);
  return (event) => {
    metrics.networkEvents.inc({ kind: event.kind });
    const trouble = troubleOf(event);
    if (trouble !== undefined && !isDue(trouble)) return;
    switch (event.kind) {
      case "peerConnected":
      case "peerDisconnected":
        return log.info("peer", { kind: event.kind, peer: event.peer });
      case "dialFailed":
        return log.debug("peer unreachable, it is tried again", { peer: event.peer, reason: event.reason });
      case "peerRefused":
        return log.warn("a stranger was refused", { peer: event.peer });
      case "peerInvalid":
        return log.warn("a member's registered address cannot be used", {
          peer: event.peer,
          endpoint: event.endpoint,
          reason: event.why,
        });
      case "frameDropped":
        return log.warn("a frame was not sent", { peer: event.to, reason: event.reason, count: event.bytes });
      case "frameRejected":
        return log.warn("a frame was not accepted", { peer: event.from, reason: event.reason, count: event.bytes });
      case "peerSlowed":
        return log.warn("a peer sends too fast and is slowed", { peer: event.peer, durationMs: event.forMs });
      case "handlerFailed":
        return log.error("a frame could not be handled", { reason: messageOf(event.error) });
    }
  };
}
