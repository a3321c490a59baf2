import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { DecisionReport, ReportSource } from "../../src/http/report.ts";
import { startHttpServer } from "../../src/http/server.ts";

const DECISION: DecisionReport = {
  decisionId: `0x${"ab".repeat(32)}`,
  agentId: `0x${"a1".repeat(32)}`,
  committeeId: `0x${"c1".repeat(32)}`,
  epoch: "1",
  state: "executed",
  attesters: [0, 2],
  signers: [0, 1],
  attempts: 1,
};

function source(changes: Partial<ReportSource> = {}): ReportSource {
  return {
    readiness: () => ({ ready: true, missing: [] }),
    status: () => ({ self: "me", block: 12n }),
    decisions: () => [DECISION],
    decision: (id) => (id === DECISION.decisionId ? DECISION : undefined),
    metrics: () => Promise.resolve({ contentType: "text/plain; version=0.0.4", body: "synod_peers_connected 3\n" }),
    ...changes,
  };
}

async function serve(changes: Partial<ReportSource> = {}) {
  const server = await startHttpServer(source(changes), "127.0.0.1", 0);
  onTestFinished(() => server.close());
  const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init);
  return { get, port: server.port };
}

test("answers every endpoint", async () => {
  const { get } = await serve();
  expect(await (await get("/healthz")).json()).toEqual({ alive: true });
  expect((await get("/readyz")).status).toBe(200);
  expect(await (await get("/status?pretty")).json()).toEqual({ self: "me", block: "12" });
  expect(await (await get("/decisions")).json()).toEqual({ decisions: [DECISION] });
  expect(await (await get(`/decisions/0x${"AB".repeat(32)}`)).json()).toEqual(DECISION);
  const metrics = await get("/metrics");
  expect(metrics.headers.get("content-type")).toContain("text/plain");
  expect(await metrics.text()).toContain("synod_peers_connected 3");
});

test("not ready is 503 with what is missing", async () => {
  const { get } = await serve({ readiness: () => ({ ready: false, missing: ["chain: 5 blocks behind"] }) });
  const response = await get("/readyz");
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ ready: false, missing: ["chain: 5 blocks behind"] });
});

test.each([
  ["/", "GET", 404, "notFound"],
  ["/decisions/0x12", "GET", 404, "notFound"],
  [`/decisions/0x${"cd".repeat(32)}`, "GET", 404, "decisionUnknown"],
  ["/status", "POST", 405, "methodNotAllowed"],
  ["/metrics", "DELETE", 405, "methodNotAllowed"],
])("%s with %s gives %i as JSON", async (path, method, status, code) => {
  const { get } = await serve();
  const response = await get(path, { method });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error: { code } });
});

test("a request with a body is refused and the connection ends", async () => {
  const { port } = await serve();
  const status = await new Promise((resolve, reject) => {
    const call = request(
      { port, host: "127.0.0.1", path: "/status", method: "GET", headers: { "content-length": 4 } },
      (response) => {
        resolve([response.statusCode, response.headers.connection]);
        response.resume();
      },
    );
    call.on("error", reject);
    call.end("body");
  });
  expect(status).toEqual([413, "close"]);
});

test("oversized headers are refused without reaching a route", async () => {
  let asked = false;
  const { port } = await serve({
    status: () => {
      asked = true;
      return {};
    },
  });
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () =>
      socket.write(`GET /status HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(20_000)}\r\n\r\n`),
    );
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
  expect(answer).toContain("431");
  expect(asked).toBe(false);
});

test("a client that says nothing does not keep its connection", async () => {
  const server = await startHttpServer(source(), "127.0.0.1", 0, 20);
  onTestFinished(() => server.close());
  const socket = connect(server.port, "127.0.0.1");
  await once(socket.resume(), "close");
  expect(socket.destroyed).toBe(true);
});

test("a source that throws gives 500 without its message", async () => {
  const { get } = await serve({
    status: () => {
      throw new TypeError("canary-secret");
    },
  });
  const response = await get("/status");
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("canary-secret");
});

test("a taken port is named and is the environment's fault", async () => {
  const { port } = await serve();
  await expect(startHttpServer(source(), "127.0.0.1", port)).rejects.toMatchObject({
    code: "portTaken",
    exitCode: 3,
    message: expect.stringContaining(`127.0.0.1:${port}`),
  });
});
