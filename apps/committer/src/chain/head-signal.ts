import { type ClientOptions, WebSocket } from "ws";
import type { Log } from "../log.ts";

const RECONNECT_FIRST_MS = 500;
const RECONNECT_LAST_MS = 30_000;

/** Least time between two wakes by sockets: a provider must not keep the committer busy. */
const LEAST_WAKE_MS = 50;

/** A new head is announced in about a kilobyte; a socket that sends more at once is closed. */
const MAX_MESSAGE_BYTES = 65_536;

const SOCKET: ClientOptions = {
  maxPayload: MAX_MESSAGE_BYTES,
  handshakeTimeout: 10_000,
  followRedirects: false,
  perMessageDeflate: false,
};

/** When to ask the chain for news. */
export type HeadSignalOptions = {
  /** One socket to each. Without any there is polling only. */
  readonly webSocketUrls: readonly string[];
  readonly pollIntervalMs: number;
  readonly onHead: () => void;
  readonly log: Log;
};

/** A running head signal. */
export type HeadSignal = { close(): void };

const SUBSCRIBE = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: ["newHeads"] });

/** Keeps one socket open, for as long as it takes. What comes over it only wakes. */
function keepSocket(url: string, onMessage: () => void, log: Log): { close(): void } {
  let socket: WebSocket | undefined;
  let reconnect: NodeJS.Timeout | undefined;
  let delayMs = RECONNECT_FIRST_MS;
  let closed = false;

  const connect = () => {
    const opened = new WebSocket(url, SOCKET);
    socket = opened;
    opened.on("open", () => {
      delayMs = RECONNECT_FIRST_MS;
      opened.send(SUBSCRIBE);
    });
    opened.on("message", onMessage);
    opened.on("error", () => opened.terminate());
    opened.on("close", () => {
      if (closed) return;
      log.debug("socket to the chain is closed, polling until it is back", { durationMs: delayMs });
      reconnect = setTimeout(connect, delayMs);
      delayMs = Math.min(delayMs * 2, RECONNECT_LAST_MS);
    });
  };
  connect();
  return {
    close() {
      closed = true;
      clearTimeout(reconnect);
      socket?.terminate();
    },
  };
}

/** Runs `task` soon after the first call, and once more for all calls in the time after it. */
function atMostEvery(intervalMs: number, task: () => void): { call(): void; close(): void } {
  let timer: NodeJS.Timeout | undefined;
  let isWanted = false;
  const run = () => {
    timer = setTimeout(() => {
      timer = undefined;
      if (isWanted) run();
    }, intervalMs);
    isWanted = false;
    task();
  };
  return {
    call() {
      if (timer === undefined) run();
      else isWanted = true;
    },
    close: () => clearTimeout(timer),
  };
}

/**
 * Calls `onHead` whenever there may be a new block: on every head a socket announces, and on a timer all the same, so
 * that a socket which died without a word only costs delay. What is announced is never believed: it only wakes, and no
 * provider can wake more often than every {@link LEAST_WAKE_MS}.
 */
export function startHeadSignal({ webSocketUrls, pollIntervalMs, onHead, log }: HeadSignalOptions): HeadSignal {
  const wakes = atMostEvery(LEAST_WAKE_MS, onHead);
  const sockets = webSocketUrls.map((url) => keepSocket(url, wakes.call, log));
  const poll = setInterval(onHead, pollIntervalMs);
  return {
    close() {
      clearInterval(poll);
      wakes.close();
      for (const socket of sockets) socket.close();
    },
  };
}
