import type { Connection, PeerId as Libp2pPeerId, Stream } from "@libp2p/interface";
import type { Libp2p } from "libp2p";
import { dialAddress } from "./endpoint.ts";
import { PROTOCOL } from "./host.ts";
import { asError } from "./peer-cut-error.ts";

/**
 * Opens a stream to a peer, over the newest connection that stands, else by dialling. A connection on which no stream
 * can be opened is a dead one: it is ended, so that the next attempt dials. One whose other end answers, but does not
 * speak the protocol, is left: the peer may be about to.
 * Errors: `ENDPOINT_INVALID`; those of libp2p when the peer cannot be reached or does not speak the protocol.
 */
export async function openStream(
  host: Libp2p,
  id: Libp2pPeerId,
  endpoint: string,
  signal: AbortSignal,
): Promise<Stream> {
  const connection = await connectionTo(host, id, endpoint, signal);
  try {
    return await connection.newStream(PROTOCOL, { signal });
  } catch (error) {
    if (!isUnsupportedProtocol(error)) connection.abort(asError(error));
    throw error;
  }
}

async function connectionTo(
  host: Libp2p,
  id: Libp2pPeerId,
  endpoint: string,
  signal: AbortSignal,
): Promise<Connection> {
  const standing = host.getConnections(id).findLast(({ status }) => status === "open");
  if (standing !== undefined) return standing;
  return await host.dial(dialAddress(endpoint, id), { signal });
}

function isUnsupportedProtocol(error: unknown): boolean {
  return error instanceof Error && error.name === "UnsupportedProtocolError";
}
