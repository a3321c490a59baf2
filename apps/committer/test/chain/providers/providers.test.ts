import type { PublicClient } from "viem";
import { expect, test } from "vitest";
import { newestBlock } from "../../../src/chain/providers/newest-block.ts";
import type { Question } from "../../../src/chain/providers/providers.ts";
import { providersAt, type TestProviders } from "../../support/providers-of.ts";
import { type RpcAnswers, startRpcStub } from "../../support/rpc-stub.ts";

const question: Question<number> = {
  call: "chain id",
  topic: "chain id",
  standing: "final",
  ask: (client: PublicClient) => client.getChainId(),
};

async function providersSaying(answers: readonly RpcAnswers[], options?: TestProviders) {
  return providersAt(await Promise.all(answers.map((one) => startRpcStub(one))), options);
}

function chainId(id: number): RpcAnswers {
  return { eth_chainId: () => `0x${id.toString(16)}` };
}

/** Never answers while the test runs. */
const STALLED: RpcAnswers = { eth_chainId: () => new Promise(() => undefined) };

async function counted(
  metrics: { registry: { metrics(): Promise<string> } },
  name: string,
): Promise<readonly string[]> {
  return (await metrics.registry.metrics()).split("\n").filter((line) => line.startsWith(name));
}

test("a liar is outvoted, counted and named with the call; it is asked again and leaves the alarm when it agrees", async () => {
  let lie = 5;
  const liar: RpcAnswers = { eth_chainId: () => `0x${lie.toString(16)}` };
  const { providers, alarms, metrics } = await providersSaying([chainId(7), liar, chainId(7)], { quorum: 2 });
  const asked = async () => {
    expect(await providers.agreed(question)).toBe(7);
  };
  await asked();
  while (!alarms.stands("rpcDisagreement")) await asked();
  expect(alarms.standing()).toEqual([
    { alarm: "rpcDisagreement", reason: "contradicts the other providers: b about chain id" },
  ]);
  expect(await counted(metrics, "synod_rpc_disagreements_total{")).toEqual([
    expect.stringMatching(/^synod_rpc_disagreements_total\{provider="b"\} [1-9]/),
  ]);
  lie = 7;
  for (let times = 0; times < 400 && alarms.stands("rpcDisagreement"); times += 1) await asked();
  expect(alarms.standing()).toEqual([]);
});

test("without a quorum there is no answer, an alarm says who says what, and it ends with an agreement", async () => {
  let second = 5;
  const changing: RpcAnswers = { eth_chainId: () => `0x${second.toString(16)}` };
  const { providers, alarms } = await providersSaying([chainId(7), changing, chainId(7)], { quorum: 3 });
  await expect(providers.agreed(question)).rejects.toMatchObject({ code: "rpcQuorumLost" });
  expect(alarms.stands("rpcQuorumLost")).toBe(true);
  expect(alarms.standing()[0]?.reason).toMatch(/fewer than 3 of 3 providers agree on chain id: .*b says 5/);
  second = 7;
  expect(await providers.agreed(question)).toBe(7);
  expect(alarms.stands("rpcQuorumLost")).toBe(false);
});

test("a dispute that nobody asks about any more is forgotten after some blocks, not before", async () => {
  const { providers, alarms } = await providersSaying([chainId(7), chainId(5)]);
  await expect(providers.agreed(question)).rejects.toMatchObject({ code: "rpcQuorumLost" });
  for (let block = 0; block < 15; block += 1) providers.onBlock();
  expect(alarms.stands("rpcQuorumLost")).toBe(true);
  providers.onBlock();
  expect(alarms.stands("rpcQuorumLost")).toBe(false);
});

test("what may differ honestly accuses nobody", async () => {
  const { providers, alarms } = await providersSaying([chainId(7), chainId(5)]);
  await expect(providers.agreed({ ...question, standing: "passing" })).rejects.toMatchObject({ code: "rpcQuorumLost" });
  expect(alarms.standing()).toEqual([]);
});

test("a stalled provider delays nobody while the others agree, and is no liar", async () => {
  const { providers, alarms } = await providersSaying([STALLED, chainId(7), chainId(7)], { timeoutMs: 60_000 });
  expect(await providers.agreed(question)).toBe(7);
  expect(alarms.standing()).toEqual([]);
});

test("too few answers are no dispute, and say which provider failed how", async () => {
  const { providers, alarms } = await providersSaying([STALLED, chainId(7), {}], { timeoutMs: 300 });
  const failure = await providers.agreed(question).catch((cause: unknown) => cause);
  expect(failure).toMatchObject({ code: "rpcUnreachable" });
  expect(String(failure)).toMatch(/a failed \(.*300 ms/);
  expect(String(failure)).toMatch(/c failed \(.*eth_chainId/);
  expect(alarms.standing()).toEqual([]);
});

test("a provider that has not reached a block is not asked about it", async () => {
  const { providers, list } = await providersSaying([chainId(7), chainId(5)]);
  const [, lagging] = list;
  if (lagging !== undefined) lagging.newest = 11n;
  await expect(providers.agreed({ ...question, atBlock: 12n })).rejects.toMatchObject({
    code: "rpcUnreachable",
    message: expect.stringContaining("b has not got so far"),
  });
  await expect(providers.agreed({ ...question, atBlock: 11n })).rejects.toMatchObject({ code: "rpcQuorumLost" });
});

/** A chain on which every block's hash is its number in every byte, up to `newest`; `forks` replaces some hashes. */
function chainTo(newest: number, forks: Readonly<Record<number, string>> = {}): RpcAnswers {
  const block = (number: number) => ({
    number: `0x${number.toString(16)}`,
    hash: `0x${(forks[number] ?? number.toString(16).padStart(2, "0")).repeat(32)}`,
    timestamp: "0x1",
    transactions: [],
  });
  return {
    eth_getBlockByNumber: ([at]) => {
      const number = at === "latest" || at === "finalized" ? newest : Number(at);
      return number > newest ? null : block(number);
    },
  };
}

test.each([
  ["the number that a quorum has", [chainTo(20), chainTo(18), chainTo(12)], 18n],
  ["that of all but a liar ahead", [chainTo(99), chainTo(20), chainTo(18)], 20n],
  [
    "what is left when the liar ahead lies about that block, too",
    [chainTo(99, { 20: "ff" }), chainTo(20), chainTo(18)],
    18n,
  ],
  ["the block below a fork", [chainTo(20, { 20: "aa", 19: "ab" }), chainTo(20, { 20: "bb", 19: "bc" })], 18n],
])("the head is %s", async (_what, answers, number) => {
  const { providers, alarms } = await providersSaying(answers);
  expect((await newestBlock(providers, "latest")).number).toBe(number);
  expect(alarms.standing()).toEqual([]);
});

test("final blocks that differ at one number are a contradiction; no block below is taken instead", async () => {
  const lying = await providersSaying([chainTo(20), chainTo(20), chainTo(20, { 20: "ff" })], { quorum: 2 });
  for (let times = 0; times < 50 && !lying.alarms.stands("rpcDisagreement"); times += 1)
    expect((await newestBlock(lying.providers, "finalized")).number).toBe(20n);
  const split = await providersSaying([chainTo(20), chainTo(20, { 20: "ff" })]);
  await expect(newestBlock(split.providers, "finalized")).rejects.toMatchObject({ code: "rpcQuorumLost" });
  expect(split.alarms.stands("rpcQuorumLost")).toBe(true);
});

test("a slow provider is waited for once; after that the prompt ones do", async () => {
  const slow: RpcAnswers = { eth_getBlockByNumber: () => new Promise(() => undefined) };
  const { providers, list } = await providersSaying([chainTo(20), chainTo(18), slow], { timeoutMs: 60_000 });
  expect((await newestBlock(providers, "latest")).number).toBe(18n);
  expect(list.map(({ isPrompt }) => isPrompt)).toEqual([true, true, false]);
  expect((await newestBlock(providers, "latest")).number).toBe(18n);
});
