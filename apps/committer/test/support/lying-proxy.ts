import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Call, Lie } from "./lies.ts";

/** A provider in front of a real node. It tells the truth until it is told to lie. */
export type LyingProxy = {
  readonly url: string;
  /** What it does from now on; `undefined`: the truth. */
  lie(lie: Lie | undefined): void;
  /** How often it was asked so far. */
  asked(): number;
  close(): void;
};

async function askNode(nodeUrl: string, call: Call): Promise<Record<string, unknown>> {
  const body = JSON.stringify({ jsonrpc: "2.0", ...call });
  const response = await fetch(nodeUrl, { method: "POST", headers: { "content-type": "application/json" }, body });
  return (await response.json()) as Record<string, unknown>;
}

async function answer(nodeUrl: string, call: Call, lie: Lie | undefined, response: ServerResponse): Promise<void> {
  const asked = lie?.ask?.(call) ?? call;
  const truth = await askNode(nodeUrl, asked);
  const isChanged = lie?.change !== undefined && "result" in truth;
  const said = isChanged ? { ...truth, result: lie.change?.(call, truth.result) } : truth;
  const text = JSON.stringify({ ...said, id: call.id });
  if (lie?.send === undefined) response.setHeader("content-type", "application/json").end(text);
  else lie.send(response, text, call);
}

/** Starts a proxy on a free port. */
export async function startLyingProxy(nodeUrl: string): Promise<LyingProxy> {
  let current: Lie | undefined;
  let asked = 0;
  const server = createServer(async (request, response) => {
    asked += 1;
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const lie = current;
    await answer(nodeUrl, JSON.parse(Buffer.concat(chunks).toString()), lie, response).catch(() => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lie: (lie) => {
      current = lie;
    },
    asked: () => asked,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
