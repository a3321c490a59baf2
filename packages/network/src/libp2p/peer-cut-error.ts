/** Given to libp2p, which wants an error, as the reason when this side ends a connection or stream on purpose. */
export class PeerCutError extends Error {
  constructor() {
    super("ended on purpose by this side");
    this.name = "PeerCutError";
  }
}

/** What was thrown, as the error libp2p wants for the end of a connection or stream. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new PeerCutError();
}
