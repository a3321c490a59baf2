import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { createPublicClient, HttpRequestError, RpcRequestError } from "viem";
import { expect, onTestFinished, test } from "vitest";
import { boundedTransport } from "../../../src/chain/providers/bounded-transport.ts";

const MEBIBYTE = 1_048_576;

type Handler = (
  request: { readonly id: number; readonly headers: IncomingMessage["headers"] },
  response: ServerResponse,
) => void;

async function serve(handler: Handler): Promise<{ readonly url: string; readonly requests: () => number }> {
  let requests = 0;
  const server = createServer(async (request, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk);
    requests += 1;
    handler({ id: JSON.parse(Buffer.concat(chunks).toString()).id, headers: request.headers }, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests: () => requests };
}

/** A client that asks once, so that a test sees the first answer. */
function ask(url: string, method: "eth_chainId" | "eth_getLogs" = "eth_chainId", timeoutMs = 2_000): Promise<unknown> {
  const client = createPublicClient({ transport: boundedTransport({ url, timeoutMs }) });
  const request = client.request as (call: object, options: { readonly retryCount: number }) => Promise<unknown>;
  return request({ method, params: [] }, { retryCount: 0 });
}

function failureOf(url: string, timeoutMs?: number): Promise<unknown> {
  return ask(url, "eth_chainId", timeoutMs).catch((cause: unknown) => cause);
}

function answer(id: unknown, rest: object): string {
  return JSON.stringify({ jsonrpc: "2.0", id, ...rest });
}

test("an answer in single bytes is an answer, and credentials go into a header", async () => {
  const { url } = await serve(({ id, headers }, response) => {
    const text = answer(id, { result: headers.authorization });
    for (const byte of Buffer.from(text)) response.write(Uint8Array.of(byte));
    response.end();
  });
  const credentials = Buffer.from("user:p@ss").toString("base64");
  expect(await ask(url.replace("http://", "http://user:p%40ss@"))).toBe(`Basic ${credentials}`);
});

test("an error of the provider keeps its code and data, also with another HTTP status", async () => {
  const error = { code: 3, message: "execution reverted", data: "0x1234" };
  for (const status of [200, 400]) {
    const { url } = await serve(({ id }, response) => void response.writeHead(status).end(answer(id, { error })));
    const failure = (await failureOf(url)) as RpcRequestError;
    expect(failure).toBeInstanceOf(RpcRequestError);
    expect(failure).toMatchObject({ code: 3, data: "0x1234", details: "execution reverted" });
  }
});

test("a body longer than its method allows is not read to its end, announced or not", async () => {
  let hasEnded = false;
  const piece = "x".repeat(MEBIBYTE / 2);
  const { url: endless } = await serve((_request, response) => {
    response.on("close", () => {
      hasEnded = true;
    });
    const more = () => {
      while (!hasEnded && response.write(piece));
      if (!hasEnded) response.once("drain", more);
    };
    more();
  });
  expect(await failureOf(endless)).toMatchObject({ refusal: "tooLarge" });
  const { url: huge } = await serve(
    ({ id }, response) => void response.end(answer(id, { result: "x".repeat(MEBIBYTE) })),
  );
  expect(await failureOf(huge)).toMatchObject({ refusal: "tooLarge" });
  expect(String(await ask(huge, "eth_getLogs"))).toHaveLength(MEBIBYTE);
});

test.each<readonly [string, Handler]>([
  ["no body ever", () => undefined],
  [
    "a body that never ends, a byte now and then",
    (_request, response) => {
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    },
  ],
])("%s: the time limit counts for the whole answer", async (_what, handler) => {
  const { url } = await serve(handler);
  const failure = await failureOf(url, 200);
  expect(failure).toMatchObject({ refusal: "late", shortMessage: "no whole answer within 200 ms" });
});

test.each<readonly [string, (id: number) => string]>([
  ["no JSON", () => "{"],
  ["nothing", () => ""],
  ["a list", (id) => `[${answer(id, { result: "0x1" })}]`],
  ["a bare value", () => "7"],
  ["null", () => "null"],
  ["the answer to another request", (id) => answer(id + 1, { result: "0x1" })],
  ["an answer without id", () => JSON.stringify({ jsonrpc: "2.0", result: "0x1" })],
  ["an id of another type", (id) => answer(String(id), { result: "0x1" })],
  ["neither result nor error", (id) => answer(id, {})],
  ["an error that is none, and a result", (id) => answer(id, { error: "no", result: "0x1" })],
  ["an error without code", (id) => answer(id, { error: { message: "no" } })],
])("%s is no answer, and is not asked for again", async (_what, text) => {
  const { url, requests } = await serve(({ id }, response) => void response.end(text(id)));
  const client = createPublicClient({ transport: boundedTransport({ url, timeoutMs: 2_000 }) });
  const failure = await client.getChainId().catch((cause: unknown) => cause);
  expect(failure).toMatchObject({ refusal: "nonsense" });
  expect(requests()).toBe(1);
});

test("a body in crumbs is refused before it has cost much", async () => {
  const crumbs = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => {
      socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      socket.end(`${"1\r\n \r\n".repeat(MEBIBYTE / 2)}0\r\n\r\n`);
    });
  }).listen(0, "127.0.0.1");
  await once(crumbs, "listening");
  onTestFinished(() => void crumbs.close());
  const url = `http://127.0.0.1:${(crumbs.address() as AddressInfo).port}`;
  expect(await failureOf(url, 10_000)).toMatchObject({ refusal: "tooFragmented" });
});

test("a status that is no success is none, and a redirect is not followed", async () => {
  const { url: busy } = await serve(
    ({ id }, response) => void response.writeHead(503).end(answer(id, { result: "0x1" })),
  );
  const failure = await failureOf(busy);
  expect(failure).toBeInstanceOf(HttpRequestError);
  expect(failure).toMatchObject({ status: 503 });
  const { url: elsewhere, requests } = await serve(
    ({ id }, response) => void response.end(answer(id, { result: "0x1" })),
  );
  const { url: moved } = await serve(
    (_request, response) => void response.writeHead(307, { location: elsewhere }).end(),
  );
  expect(await failureOf(moved)).toMatchObject({ status: 307 });
  expect(requests()).toBe(0);
});
