import type { Log } from "../log.ts";

const RECONNECT_FIRST_MS = 500;
const RECONNECT_LAST_MS = 30_000;

/** When to ask the chain for news. */
export type HeadSignalOptions = {
  /** Without a socket URL there is polling only. */
  readonly webSocketUrl: string | undefined;
  readonly pollIntervalMs: number;
  readonly onHead: () => void;
  readonly log: Log;
};

/** A running head signal. */
export type HeadSignal = { close(): void };

const SUBSCRIBE = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: ["newHeads"] });

/**
 * Calls `onHead` whenever there may be a new block: on every head the socket announces, and on a timer all the same,
 * so that a socket which died without a word only costs delay. What is announced is never believed: it only wakes.
 */
export function startHeadSignal({ webSocketUrl, pollIntervalMs, onHead, log }: HeadSignalOptions): HeadSignal {
  let socket: WebSocket | undefined;
  let reconnect: NodeJS.Timeout | undefined;
  let delayMs = RECONNECT_FIRST_MS;
  let closed = false;

  const connect = (url: string) => {
    const opened = new WebSocket(url);
    socket = opened;
    opened.addEventListener("open", () => {
      delayMs = RECONNECT_FIRST_MS;
      opened.send(SUBSCRIBE);
    });
    opened.addEventListener("message", onHead);
    opened.addEventListener("error", () => opened.close());
    opened.addEventListener("close", () => {
      if (closed) return;
      log.debug("socket to the chain is closed, polling until it is back", { durationMs: delayMs });
      reconnect = setTimeout(connect, delayMs, url);
      delayMs = Math.min(delayMs * 2, RECONNECT_LAST_MS);
    });
  };

  if (webSocketUrl !== undefined) connect(webSocketUrl);
  const poll = setInterval(onHead, pollIntervalMs);
  return {
    close() {
      closed = true;
      clearInterval(poll);
      clearTimeout(reconnect);
      socket?.close();
    },
  };
}
