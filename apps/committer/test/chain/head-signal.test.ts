import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { startHeadSignal } from "../../src/chain/head-signal.ts";
import { testNotices } from "../support/notices.ts";

async function serve(onSocket: (socket: WebSocket) => void): Promise<string> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  server.on("connection", onSocket);
  await once(server, "listening");
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function signal(urls: readonly string[], onHead: () => void): void {
  const { log } = testNotices();
  const running = startHeadSignal({ webSocketUrls: urls, pollIntervalMs: 60_000, log, onHead });
  onTestFinished(() => running.close());
}

test("a provider that announces without pause wakes now and then, another one is heard all the same", async () => {
  const heads = Promise.withResolvers<void>();
  const flood = await serve((socket) => {
    const more = () => socket.readyState === socket.OPEN && socket.send("head", () => setImmediate(more));
    more();
  });
  const other = await serve((socket) => void socket.on("message", (text) => socket.send(text.toString())));
  const wokenMs: number[] = [];
  signal([flood, other], () => {
    wokenMs.push(performance.now());
    if (wokenMs.length === 5) heads.resolve();
  });
  await heads.promise;
  for (const [index, at] of wokenMs.slice(1).entries()) expect(at - (wokenMs[index] ?? 0)).toBeGreaterThan(40);
});

test("a message that is too long closes its socket before it is read to the end, and wakes nobody", async () => {
  const closed = Promise.withResolvers<void>();
  let woken = 0;
  const url = await serve((socket) => {
    socket.on("close", () => closed.resolve());
    socket.on("error", () => undefined);
    const piece = Buffer.alloc(32_768);
    const more = () =>
      socket.readyState === socket.OPEN && socket.send(piece, { fin: false }, () => setImmediate(more));
    more();
  });
  signal([url], () => {
    woken += 1;
  });
  await closed.promise;
  expect(woken).toBe(0);
});
