import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** Answers by JSON-RPC method, or promises of them. */
export type RpcAnswers = Readonly<Record<string, (parameters: readonly unknown[]) => unknown>>;

/** A provider of our own on a free port: it says exactly what a test wants a committer to hear. */
export async function startRpcStub(answers: RpcAnswers): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString());
    const answer = answers[method];
    const outcome =
      answer === undefined ? { error: { code: -32_601, message: `no ${method}` } } : { result: await answer(params) };
    response.setHeader("content-type", "application/json").end(JSON.stringify({ jsonrpc: "2.0", id, ...outcome }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
