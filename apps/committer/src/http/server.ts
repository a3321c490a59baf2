import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { messageOf, StartError } from "../failure.ts";
import type { ReportSource } from "./report.ts";
import { jsonError, type Reply, route } from "./routes.ts";

/** How much time, how many bytes and how many connections the endpoints grant. */
const LIMITS = {
  headerBytes: 8_192,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  keepAliveTimeoutMs: 5_000,
  connections: 128,
  /** A client that neither sends nor reads for this long is cut: there are only so many connections. */
  idleMs: 15_000,
} as const;

/** The listening endpoints. */
export type HttpServer = {
  /** The port in use, also when the settings asked for port 0. */
  readonly port: number;
  /** Stops accepting and cuts what is open. Calling it twice is harmless. */
  close(): Promise<void>;
};

function send(response: ServerResponse, reply: Reply, head: boolean): void {
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, {
    "content-type": reply.contentType,
    "content-length": body.length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(reply.status === 405 ? { allow: "GET, HEAD" } : {}),
  });
  response.end(head ? undefined : body);
}

function hasBody(request: IncomingMessage): boolean {
  return Number(request.headers["content-length"] ?? 0) > 0 || request.headers["transfer-encoding"] !== undefined;
}

async function answer(source: ReportSource, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? "GET";
  let reply: Reply;
  try {
    reply = await route(source, method, request.url ?? "/");
  } catch {
    reply = jsonError(500, "internal", "the committer could not answer; its log says more");
  }
  if (hasBody(request)) {
    response.shouldKeepAlive = false;
    if (reply.status < 400) reply = jsonError(413, "bodyNotAllowed", "requests here carry no body");
  }
  send(response, reply, method === "HEAD");
}

function listenFailure(cause: unknown, host: string, port: number): StartError {
  const taken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
  const what = taken ? "is taken by another process" : `cannot be opened (${messageOf(cause)})`;
  return new StartError("portTaken", `http.port: ${host}:${port} ${what}; choose another port or end that process`, {
    cause,
  });
}

async function listening(server: Server, host: string, port: number): Promise<number> {
  server.listen({ host, port });
  try {
    await once(server, "listening");
  } catch (cause) {
    throw listenFailure(cause, host, port);
  }
  return (server.address() as AddressInfo).port;
}

/**
 * Serves the read-only endpoints on `host:port` (port 0: any free one).
 * @param idleMs how long a connection may be silent
 * @throws StartError `portTaken`.
 */
export async function startHttpServer(
  source: ReportSource,
  host: string,
  port: number,
  idleMs: number = LIMITS.idleMs,
): Promise<HttpServer> {
  const server = createServer({ maxHeaderSize: LIMITS.headerBytes }, (request, response) => {
    void answer(source, request, response);
  });
  server.headersTimeout = LIMITS.headersTimeoutMs;
  server.requestTimeout = LIMITS.requestTimeoutMs;
  server.keepAliveTimeout = LIMITS.keepAliveTimeoutMs;
  server.timeout = idleMs;
  server.maxConnections = LIMITS.connections;
  const bound = await listening(server, host, port);
  return {
    port: bound,
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
