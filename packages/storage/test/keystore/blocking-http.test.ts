import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BlockingHttp } from "../../src/keystore/vault/blocking-http.ts";

/**
 * A server in a thread of its own: the first /late is answered when the next request comes, others at once; /endless
 * never stops, /away leads elsewhere.
 */
const SERVER = `
  const { createServer } = require("node:http");
  const { parentPort } = require("node:worker_threads");
  let isFirst = true;
  let held;
  const server = createServer((request, response) => {
    held?.end("late");
    held = undefined;
    if (request.url === "/late" && isFirst) [isFirst, held] = [false, response];
    else if (request.url === "/late") response.end("late");
    else if (request.url === "/away") response.writeHead(302, { location: "/" }).end();
    else if (request.url === "/endless") setInterval(() => response.write("x".repeat(4096)), 1);
    else response.end(request.method + " " + request.headers["x-test"]);
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

let server: Worker;
let base: string;
const http = new BlockingHttp();
beforeAll(async () => {
  server = new Worker(SERVER, { eval: true });
  const [port] = await once(server, "message");
  base = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  http.close();
  await server.terminate();
});

function get(path: string, timeoutMs = 5_000) {
  return http.request({ method: "GET", url: base + path, headers: { "X-Test": "yes" }, timeoutMs, maxBytes: 10_000 });
}

describe("BlockingHttp", () => {
  it("has the answer when it returns", () => {
    expect(get("/")).toEqual({ kind: "answered", status: 200, body: "GET yes" });
  });

  it("gives up in time, and does not take an answer that comes late for the next one", () => {
    expect(get("/late", 50)).toMatchObject({ kind: "failed", reason: expect.stringContaining("timeout") });
    expect(get("/")).toEqual({ kind: "answered", status: 200, body: "GET yes" });
    expect(get("/late")).toEqual({ kind: "answered", status: 200, body: "late" });
  });

  it("reads so many bytes and no more", () => {
    expect(get("/endless")).toEqual({ kind: "failed", reason: "the answer has more than 10000 bytes" });
  });

  it("follows nobody elsewhere", () => {
    expect(get("/away")).toMatchObject({ kind: "failed", reason: expect.stringContaining("redirect") });
  });
});
