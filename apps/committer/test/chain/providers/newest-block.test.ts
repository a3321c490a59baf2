import { numberToHex } from "viem";
import { expect, test } from "vitest";
import { newestBlock } from "../../../src/chain/providers/newest-block.ts";
import { providersAt } from "../../support/providers-of.ts";
import { startRpcStub } from "../../support/rpc-stub.ts";

const HASH = `0x${"bb".repeat(32)}`;

test("a provider whose chain grows between head and final block is asked about that block, and about none above", async () => {
  let height = 5n;
  const url = await startRpcStub({
    eth_getBlockByNumber: () => ({ number: numberToHex(height), hash: HASH, timestamp: "0x9", transactions: [] }),
  });
  const { providers, list } = providersAt([url]);
  expect((await newestBlock(providers, "latest")).number).toBe(5n);
  height = 6n;
  expect((await newestBlock(providers, "finalized")).number).toBe(6n);
  expect([list[0]?.mayKnow(6n), list[0]?.mayKnow(7n)]).toEqual([true, false]);
});

test("a final block below the head takes nothing from what a provider is known to have", async () => {
  const url = await startRpcStub({
    eth_getBlockByNumber: ([at]) => ({
      number: at === "finalized" ? "0x3" : "0x5",
      hash: HASH,
      timestamp: "0x9",
      transactions: [],
    }),
  });
  const { providers, list } = providersAt([url]);
  await newestBlock(providers, "latest");
  expect((await newestBlock(providers, "finalized")).number).toBe(3n);
  expect([list[0]?.mayKnow(5n), list[0]?.mayKnow(6n)]).toEqual([true, false]);
});
