import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { httpLobe } from "../../src/lobes/http.ts";
import { resultHashOf } from "../../src/lobes/lobe.ts";
import { sampleDecision } from "../support/sample-decision.ts";

const QUESTION = { decision: sampleDecision(), submittedAt: 9_000n };

async function agent(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/decide`;
}

async function ask(listener: RequestListener, limits: { timeoutMs?: number; maxBytes?: number } = {}) {
  const url = await agent(listener);
  return httpLobe({ url, timeoutMs: 5_000, maxBytes: 1_024, ...limits }).ask(QUESTION, new AbortController().signal);
}

test("posts the decision and takes a well-formed reply", async () => {
  let received = "";
  const answer = await ask(async (request, response) => {
    for await (const chunk of request) received += chunk;
    response.end(JSON.stringify({ reply: true, reason: "fine", result: "0xabcd" }));
  });
  expect(answer).toEqual({ kind: "answer", reply: true, reason: "fine", result: "0xabcd" });
  expect(JSON.parse(received)).toMatchObject({
    version: 1,
    submittedAt: "9000",
    decision: { id: QUESTION.decision.id, deadline: "10000" },
  });
});

test("a rejection is an answer", async () => {
  expect(await ask((_request, response) => response.end('{"reply":false,"reason":"no"}'))).toEqual({
    kind: "answer",
    reply: false,
    reason: "no",
  });
});

test.each([
  [
    "status 500",
    (response: { writeHead(status: number): { end(body: string): void } }) =>
      response.writeHead(500).end('{"reply":true,"reason":""}'),
  ],
  [
    "status 201",
    (response: { writeHead(status: number): { end(body: string): void } }) =>
      response.writeHead(201).end('{"reply":true,"reason":""}'),
  ],
])("%s is no answer, whatever the body says", async (_name, act) => {
  expect((await ask((_request, response) => act(response))).kind).toBe("noAnswer");
});

test.each([
  "yes",
  "",
  "null",
  "{}",
  '{"reply":"true","reason":"x"}',
  '{"reply":1,"reason":"x"}',
  '{"reply":true}',
  '{"reply":true,"reason":"x","result":"0xabc"}',
  "\xff\xfe",
])("the body %j is no answer", async (body) => {
  expect((await ask((_request, response) => response.end(Buffer.from(body, "latin1")))).kind).toBe("noAnswer");
});

test("a redirect is not followed", async () => {
  let followed = false;
  const target = await agent((_request, response) => {
    followed = true;
    response.end('{"reply":true,"reason":"from elsewhere"}');
  });
  const answer = await ask((_request, response) => response.writeHead(307, { location: target }).end());
  expect(answer.kind).toBe("noAnswer");
  expect(followed).toBe(false);
});

test("an endless reply is cut at the limit", async () => {
  let closed: Promise<unknown> = Promise.resolve();
  const answer = await ask((_request, response) => {
    closed = once(response, "close");
    const feed = () => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
      response.once("drain", feed);
    };
    feed();
  });
  expect(answer).toEqual({ kind: "noAnswer", reason: "the reply is longer than 1024 bytes" });
  await closed;
});

test("a reply that never ends is cut by time", async () => {
  const answer = await ask((_request, response) => void response.write("{"), { timeoutMs: 50 });
  expect(answer).toEqual({ kind: "noAnswer", reason: "no reply within 50 ms" });
});

test("an agent that is not there is no answer", async () => {
  const answer = await httpLobe({ url: "http://127.0.0.1:9/", timeoutMs: 1_000, maxBytes: 64 }).ask(
    QUESTION,
    new AbortController().signal,
  );
  expect(answer.kind).toBe("noAnswer");
});

test("the result hash is zero without a result, and of empty bytes when it is empty", () => {
  expect(resultHashOf({})).toBe(`0x${"00".repeat(32)}`);
  expect(resultHashOf({ result: "0x" })).toBe("0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
});
