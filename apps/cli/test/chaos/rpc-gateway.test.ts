import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CONTRADICT_EVERYTHING } from "../../src/chaos/lies.ts";
import { type RpcGateway, startGateway } from "../../src/chaos/rpc-gateway.ts";

/** What the node says to each method. */
const RESULTS: Readonly<Record<string, unknown>> = {
  eth_getBlockByNumber: { number: "0x5", hash: "0x01" },
  eth_getLogs: [{ data: "0x1234", logIndex: "0x0" }],
  eth_call: "0xabc0",
  eth_getTransactionReceipt: { status: "0x1", gasUsed: "0x5208" },
  eth_blockNumber: "0x5",
};

let node: Server;
let gateway: RpcGateway;

beforeEach(async () => {
  node = createServer(async (request, response) => {
    const { id, method } = JSON.parse(await text(request));
    const result = RESULTS[method];
    const answer = result === undefined ? { error: { code: -32_601, message: "no such method" } } : { result };
    response.end(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
  });
  node.listen(0, "127.0.0.1");
  await once(node, "listening");
  gateway = await startGateway(`http://127.0.0.1:${(node.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await gateway.close();
  node.closeAllConnections();
  node.close();
});

async function ask(method: string): Promise<Record<string, unknown>> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 7, method, params: [] });
  return (await (await fetch(gateway.url, { method: "POST", body })).json()) as Record<string, unknown>;
}

it("says what the node says until it is told to lie, and again afterwards", async () => {
  const truth = { jsonrpc: "2.0", id: 7, result: "0xabc0" };
  expect(await ask("eth_call")).toEqual(truth);
  gateway.lie(CONTRADICT_EVERYTHING);
  expect(await ask("eth_call")).toEqual({ ...truth, result: "0xabc1" });
  gateway.lie(undefined);
  expect(await ask("eth_call")).toEqual(truth);
});

it("lies about blocks, logs, calls and receipts, keeps their form, and leaves all else as it is", async () => {
  gateway.lie(CONTRADICT_EVERYTHING);
  const said = async (method: string) => (await ask(method)).result;
  expect(await said("eth_getBlockByNumber")).toEqual({ number: "0x5", hash: `0x${"be".repeat(32)}` });
  expect(await said("eth_getLogs")).toEqual([{ data: "0x1235", logIndex: "0x0" }]);
  expect(await said("eth_getTransactionReceipt")).toEqual({ status: "0x0", gasUsed: "0x5208" });
  expect(await said("eth_blockNumber")).toBe("0x5");
  expect(await ask("eth_unknown")).toMatchObject({ error: { code: -32_601 } });
});
