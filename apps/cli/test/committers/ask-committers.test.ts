import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { askCommitters, signersOf } from "../../src/committers/ask-committers.ts";

const DECISION_ID = `0x${"ab".repeat(32)}` as const;
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function committer(memberIndex: number, status: number, body: string) {
  const server = createServer((request, response) => {
    response.statusCode = request.url === `/decisions/${DECISION_ID}` ? status : 500;
    response.end(body);
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { memberIndex, httpUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const REPORT = { state: "Executed", attesters: [0, 1], signers: [1, 2], attempts: 1, more: true };

describe("askCommitters", () => {
  it("collects what committers say, and leaves out those that are down, ignorant or garbled", async () => {
    const members = [
      await committer(0, 200, JSON.stringify(REPORT)),
      await committer(1, 404, '{"error":{}}'),
      await committer(2, 200, "<html>"),
      await committer(3, 200, '{"state":1}'),
      { memberIndex: 4, httpUrl: "http://127.0.0.1:9" },
    ];
    const { more: _more, ...report } = REPORT;
    expect(await askCommitters(members, DECISION_ID)).toEqual([{ memberIndex: 0, ...report }]);
  });
});

describe("signersOf", () => {
  const report = (attempts: number, signers: readonly number[]) => ({
    memberIndex: 0,
    state: "",
    attesters: [],
    attempts,
    signers,
  });

  it("takes the latest attempt that anybody tells of", () => {
    expect(signersOf([report(1, [0, 1]), report(3, [2, 3]), report(4, [])])).toEqual([2, 3]);
    expect(signersOf([])).toEqual([]);
  });
});
