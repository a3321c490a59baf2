import type { SynodContracts } from "@synod/sdk";
import { type Address, encodeErrorResult, type Hex, parseAbi, parseEther, zeroAddress } from "viem";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Account } from "../../src/chain/account.ts";
import { ChainFollower } from "../../src/chain/follower.ts";
import { ChainReader } from "../../src/chain/reader.ts";
import { identityOf } from "../../src/identity.ts";
import { startTestChain, type TestChain } from "../devnet/chain.ts";
import { chainClient, deployRegistries, deployTestVault, PAYEE, proposeCommittee } from "../devnet/scene.ts";
import { testSecret } from "../support/data-folder.ts";
import {
  CONTRADICTIONS,
  FAILURES,
  type Lie,
  OTHER_CHAIN,
  OTHER_FINALISED,
  oldState,
  PASSING,
} from "../support/lies.ts";
import { type LyingProxy, startLyingProxy } from "../support/lying-proxy.ts";
import { providersAt, type TestProviders } from "../support/providers-of.ts";
import { settingsOf } from "../support/settings-of.ts";

let chain: TestChain;
let contracts: SynodContracts;
let proxies: readonly LyingProxy[] = [];
let committeeId: Hex;
let newer: Hex;
/** Before the newer committee was proposed. */
let oldBlock: bigint;
let vault: Address;
let landed: Hex;

const sender = identityOf(testSecret("asker"));

beforeAll(async () => {
  chain = await startTestChain();
  contracts = await deployRegistries(chain);
  const members = ["a", "b", "c"].map((name) => ({ name, endpoint: "/ip4/127.0.0.1/tcp/1" }));
  const client = chainClient(chain);
  vault = await deployTestVault(chain, contracts);
  committeeId = await proposeCommittee(chain, contracts, members, { minSigners: 2, quorum: 2 });
  oldBlock = await client.getBlockNumber();
  newer = await proposeCommittee(chain, contracts, members, { minSigners: 2, quorum: 2 });
  await client.setBalance({ address: sender.address, value: parseEther("1") });
  landed = await client.sendTransaction({ to: PAYEE, value: 1n });
  await client.waitForTransactionReceipt({ hash: landed });
  proxies = await Promise.all([0, 1, 2].map(() => startLyingProxy(chain.httpUrl)));
});
afterEach(() => {
  for (const proxy of proxies) proxy.lie(undefined);
});
afterAll(async () => {
  for (const proxy of proxies) proxy.close();
  await chain.stop();
});

/** A committer's eyes: reader, account and follower behind the proxies, or behind the node itself. */
function eyesAt(urls: readonly string[], options: TestProviders = {}) {
  const { providers, ...notices } = providersAt(urls, options);
  const reader = new ChainReader(providers, settingsOf(chain, contracts));
  const account = new Account(providers, sender, { chainId: 31_337, feeCapWei: parseEther("1") });
  const seen: string[] = [];
  const follower = new ChainFollower({
    ...notices,
    reader,
    processed: undefined,
    startBlock: 0n,
    stallBlocks: 256n,
    onFinalised: (events) => void seen.push(...events.map(({ eventName, blockHash }) => `${eventName} ${blockHash}`)),
  });
  return { ...notices, providers, reader, account, follower, seen };
}

type Eyes = ReturnType<typeof eyesAt>;

function lyingEyes(options?: TestProviders): Eyes {
  return eyesAt(
    proxies.map(({ url }) => url),
    options,
  );
}

/** Everything that a committer reads, at one moment. */
async function factsOf({ reader, account, providers }: Eyes): Promise<object> {
  const head = await reader.head();
  const finalised = await reader.finalised(head);
  const at = finalised.number;
  const nonce = await account.minedNonce();
  const [first, events, epoch, newest, active, policy, spent, receipt, count, prepared] = await Promise.all([
    reader.block(1n),
    reader.events(0n, at),
    reader.epochFacts(committeeId, 1n, at),
    reader.epochFacts(newer, 1n, at),
    reader.activeEpoch(committeeId, at),
    reader.policyFacts(vault, at),
    reader.spentInWindow(vault, zeroAddress, at),
    reader.receipt(landed, at),
    reader.transactionCount(sender.address, at),
    account.prepare({ to: PAYEE, data: "0x1234" }, nonce),
  ]);
  const chainId = await providers.agreed({
    call: "chain id",
    topic: "chain id",
    standing: "final",
    ask: (client) => client.getChainId(),
  });
  return { head, finalised, first, events, epoch, newest, active, policy, spent, receipt, count, prepared, chainId };
}

/** The revert by which a contract asks its caller to fetch something (EIP-3668). */
function offchainLookup(asker: Address, url: string): Hex {
  const abi = parseAbi([
    "error OffchainLookup(address sender, string[] urls, bytes callData, bytes4 callback, bytes extra)",
  ]);
  return encodeErrorResult({ abi, errorName: "OffchainLookup", args: [asker, [url], "0x", "0x12345678", "0x"] });
}

const CONTRADICTING: readonly Lie[] = [...CONTRADICTIONS, oldState(() => oldBlock)];
const ALL: readonly Lie[] = [...CONTRADICTING, OTHER_FINALISED, ...PASSING, ...FAILURES, OTHER_CHAIN];

/** Each lie is told by another of the three, so that no place in the list is special. */
const TOLD = ALL.map((lie, index) => [lie.name, lie, index % 3] as const);

test.each(TOLD)(
  "one of three that lies, %s: every fact is the honest one, and the chain is followed",
  async (_name, lie, liar) => {
    const honest = eyesAt([chain.httpUrl]);
    const eyes = lyingEyes();
    proxies[liar]?.lie(lie);
    const truth = await factsOf(honest);
    expect(await factsOf(eyes)).toEqual(truth);
    expect(await eyes.follower.tick()).toMatchObject({ finality: "advancing" });
    await honest.follower.tick();
    expect(eyes.seen).toEqual(honest.seen);
    expect(eyes.seen).toHaveLength(2);
    await chainClient(chain).mine({ blocks: 1 });
    const moment = await eyes.follower.tick();
    expect(moment?.finalised).toEqual(await honest.reader.finalised(await honest.reader.head()));
    for (const alarm of ["rpcQuorumLost", "finalisedBlockChanged", "finalityStalled"] as const)
      expect(eyes.alarms.stands(alarm)).toBe(false);
  },
);

test.each([...CONTRADICTING, OTHER_FINALISED].map((lie, index) => [lie.name, lie, index % 3] as const))(
  "one of three that lies, %s, is the one that is named",
  async (_name, lie, liar) => {
    const eyes = lyingEyes();
    proxies[liar]?.lie(lie);
    while (!eyes.alarms.stands("rpcDisagreement")) await factsOf(eyes);
    const [{ reason = "" } = {}, ...others] = eyes.alarms.standing();
    expect(others).toEqual([]);
    const name = String.fromCharCode(97 + liar);
    expect(reason).toMatch(new RegExp(`^contradicts the other providers: ${name} about `));
    expect(await eyes.metrics.rpcDisagreements.get()).toMatchObject({ values: [{ labels: { provider: name } }] });
  },
);

test.each(PASSING.map((lie) => [lie.name, lie] as const))(
  "nobody is accused over what is new: %s",
  async (_name, lie) => {
    const eyes = lyingEyes();
    proxies[1]?.lie(lie);
    for (let times = 0; times < 3; times += 1) await factsOf(eyes);
    expect(eyes.alarms.standing()).toEqual([]);
  },
);

test.each([...CONTRADICTING, OTHER_CHAIN].map((lie) => [lie.name, lie] as const))(
  "two of three that lie where three must agree, %s: nothing is believed, and an alarm stands until they agree",
  async (_name, lie) => {
    const eyes = lyingEyes({ quorum: 3 });
    const truth = await factsOf(eyes);
    for (const proxy of proxies.slice(1)) proxy.lie(lie);
    await expect(factsOf(eyes)).rejects.toMatchObject({ code: "rpcQuorumLost" });
    expect(eyes.alarms.stands("rpcQuorumLost")).toBe(true);
    for (const proxy of proxies) proxy.lie(undefined);
    expect(await factsOf(eyes)).toEqual(truth);
    expect(eyes.alarms.stands("rpcQuorumLost")).toBe(false);
  },
);

test("two of three that say nothing of use where two must agree: no fact is believed", async () => {
  for (const lie of FAILURES) {
    const eyes = lyingEyes({ timeoutMs: 300 });
    for (const proxy of proxies.slice(1)) proxy.lie(lie);
    await expect(eyes.follower.tick(), lie.name).rejects.toMatchObject({ code: "rpcUnreachable" });
    expect(eyes.seen).toEqual([]);
  }
});

test("a transaction is sent to all, and one provider that takes it is enough", async () => {
  const eyes = lyingEyes();
  const swallow = PASSING.find(({ name }) => name === "transactions swallowed");
  for (const proxy of proxies.slice(0, 2)) proxy.lie(swallow);
  const nonce = await eyes.account.minedNonce();
  const prepared = await eyes.account.prepare({ to: PAYEE, data: "0x" }, nonce);
  if (prepared.kind !== "prepared") return expect(prepared.kind).toBe("prepared");
  const { hash, raw } = prepared.transaction;
  expect(await eyes.account.send(raw)).toEqual({ kind: "sent" });
  await chainClient(chain).waitForTransactionReceipt({ hash });
  for (const proxy of proxies) proxy.lie(undefined);
  expect(await eyes.account.send(raw)).toEqual({ kind: "known" });
  for (const proxy of proxies) proxy.lie(FAILURES.find(({ name }) => name === "error"));
  expect(await eyes.account.send(raw)).toMatchObject({ kind: "failed" });
});

test("a revert that one provider claims is none; one that a quorum sees is", async () => {
  const eyes = lyingEyes();
  const claim = PASSING.find(({ name }) => name === "a revert that is none");
  proxies[0]?.lie(claim);
  expect(await eyes.account.prepare({ to: PAYEE, data: "0x" }, 0)).toMatchObject({ kind: "prepared" });
  proxies[1]?.lie(claim);
  expect(await eyes.account.prepare({ to: PAYEE, data: "0x" }, 0)).toMatchObject({ kind: "reverts" });
});

test("logs that do not fit into an answer are read in parts, and a single block that does not fit is an error", async () => {
  const eyes = lyingEyes();
  const truth = await eyes.reader.events(0n, 8n);
  const span = ({ params }: { readonly params: readonly unknown[] }) => {
    const { fromBlock, toBlock } = params[0] as { readonly fromBlock: Hex; readonly toBlock: Hex };
    return Number(toBlock) - Number(fromBlock);
  };
  const fits = (limit: number): Lie => ({
    name: "a limit on logs",
    kind: "failure",
    send: (response, text, call) =>
      void response.end(call.method === "eth_getLogs" && span(call) > limit ? "x".repeat(17 * 1_048_576) : text),
  });
  for (const proxy of proxies.slice(0, 2)) proxy.lie(fits(2));
  expect(await eyes.reader.events(0n, 8n)).toEqual(truth);
  for (const proxy of proxies.slice(0, 2)) proxy.lie(fits(-1));
  await expect(eyes.reader.events(0n, 8n)).rejects.toMatchObject({ code: "rpcUnreachable" });
});

test("an off-chain look-up that a provider asks for is not made", async () => {
  const { reader } = eyesAt([proxies[0]?.url ?? ""]);
  let isVisited = false;
  const visited = await startLyingProxy(chain.httpUrl);
  visited.lie({
    name: "visit",
    kind: "failure",
    send: () => {
      isVisited = true;
    },
  });
  proxies[0]?.lie({
    name: "look-up",
    kind: "failure",
    send: (response, text, { id, method }) =>
      void response.end(
        method === "eth_call"
          ? JSON.stringify({
              jsonrpc: "2.0",
              id,
              error: { code: 3, message: "reverted", data: offchainLookup(vault, visited.url) },
            })
          : text,
      ),
  });
  await expect(reader.policyFacts(vault, 1n)).rejects.toMatchObject({ code: "rpcUnreachable" });
  expect(isVisited).toBe(false);
  visited.close();
});
