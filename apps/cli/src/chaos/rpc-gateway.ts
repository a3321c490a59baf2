import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { z } from "zod";

/** A JSON-RPC request. */
export type RpcCall = { readonly method: string; readonly params: readonly unknown[] };

/** What a provider says instead of a node's own result. */
export type Lie = (call: RpcCall, result: unknown) => unknown;

/** An RPC provider in front of the devnet's node. It is honest until it is told a lie. */
export type RpcGateway = {
  readonly url: string;
  /** What it says from now on; `undefined`: the truth. */
  readonly lie: (lie: Lie | undefined) => void;
  readonly close: () => Promise<void>;
};

const HOST = "127.0.0.1";

const callSchema = z.looseObject({ method: z.string(), params: z.array(z.unknown()).default([]) });
const answerSchema = z.looseObject({ result: z.unknown() });

/** Starts a provider on a free port. */
export async function startGateway(nodeUrl: string): Promise<RpcGateway> {
  let current: Lie | undefined;
  const server = createServer((request, response) => {
    answer(nodeUrl, current, request, response).catch(() => response.destroy());
  });
  server.listen(0, HOST);
  await once(server, "listening");
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    lie: (lie) => {
      current = lie;
    },
    close: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function answer(
  nodeUrl: string,
  lie: Lie | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await text(request);
  const asked = await fetch(nodeUrl, { method: "POST", headers: { "content-type": "application/json" }, body });
  const said = await asked.text();
  response.statusCode = asked.status;
  response.setHeader("content-type", "application/json");
  response.end(lie === undefined ? said : twisted(lie, body, said));
}

/** What is no single call, or has no result, goes through as it is. */
function twisted(lie: Lie, body: string, said: string): string {
  const call = callSchema.safeParse(JSON.parse(body));
  const answered = answerSchema.safeParse(JSON.parse(said));
  if (!call.success || !answered.success || answered.data.result === undefined) return said;
  return JSON.stringify({ ...answered.data, result: lie(call.data, answered.data.result) });
}
