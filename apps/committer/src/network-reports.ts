import type { NetworkEvent } from "@synod/network";
import { messageOf } from "./failure.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

/**
 * Turns what the transport reports into log lines and counts. None of it is evidence against anybody: a refused,
 * slowed or unreachable peer is never banned for it.
 */
export function networkReports(log: Log, metrics: Pick<Metrics, "networkEvents">): (event: NetworkEvent) => void {
  return (event) => {
    metrics.networkEvents.inc({ kind: event.kind });
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
