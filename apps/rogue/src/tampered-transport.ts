import type { Transport } from "@synod/core";

/** A transport that sends something else than it is given: what `tamper` makes of each frame. All else is as it was. */
export function tampered(transport: Transport, tamper: (frame: Uint8Array) => readonly Uint8Array[]): Transport {
  return {
    self: transport.self,
    start: () => transport.start(),
    setPeers: (peers) => transport.setPeers(peers),
    send: (to, frame) => {
      for (const sent of tamper(frame)) transport.send(to, sent);
    },
    onFrame: (handler) => transport.onFrame(handler),
    onPeerChange: (handler) => transport.onPeerChange(handler),
    onDrop: (handler) => transport.onDrop(handler),
    connected: () => transport.connected(),
    close: () => transport.close(),
  };
}
