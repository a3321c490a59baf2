import type { BlockRef } from "@synod/core";
import type { SynodContracts } from "@synod/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ChainFollower, type FollowerOptions } from "../../src/chain/follower.ts";
import { startHeadSignal } from "../../src/chain/head-signal.ts";
import { openChain, providersOf } from "../../src/chain/open-chain.ts";
import { ChainReader } from "../../src/chain/reader.ts";
import { translateAll } from "../../src/chain/translate.ts";
import { identityOf } from "../../src/identity.ts";
import { startTestChain, type TestChain } from "../devnet/chain.ts";
import { chainClient, deployRegistries, proposeCommittee } from "../devnet/scene.ts";
import { testSecret } from "../support/data-folder.ts";
import { testNotices } from "../support/notices.ts";
import { settingsOf } from "../support/settings-of.ts";

let chain: TestChain;
let contracts: SynodContracts;

beforeAll(async () => {
  chain = await startTestChain();
  contracts = await deployRegistries(chain);
});
afterAll(() => chain.stop());

function follow(changes: Partial<FollowerOptions> = {}, finality: object = { kind: "tag" }) {
  const notices = testNotices();
  const settings = settingsOf(chain, contracts, { chain: { id: 31_337, httpUrl: chain.httpUrl, finality } });
  const reader = new ChainReader(providersOf(settings, notices), settings);
  const seen: string[] = [];
  const processed: BlockRef[] = [];
  const follower = new ChainFollower({
    ...notices,
    reader,
    processed: undefined,
    startBlock: 0n,
    stallBlocks: 256n,
    onFinalised: (events, to) => {
      seen.push(...events.map((event) => `${event.eventName} ${event.blockNumber}/${event.logIndex}`));
      processed.push(to);
    },
    ...changes,
  });
  return { follower, seen, processed, ...notices };
}

function propose(name: string) {
  const members = ["a", "b", "c"].map((letter) => ({ name: `${name} ${letter}`, endpoint: "/ip4/127.0.0.1/tcp/1" }));
  return proposeCommittee(chain, contracts, members, { minSigners: 2, quorum: 2 });
}

test("hands over every event once, in order, also after a restart", async () => {
  await propose("first");
  const { follower, seen, processed } = follow();
  await follower.tick();
  await follower.tick();
  expect(seen).toHaveLength(1);
  await propose("second");
  const restarted = follow({ processed: processed.at(-1) });
  await propose("third");
  await restarted.follower.tick();
  await follower.tick();
  expect(restarted.seen).toHaveLength(2);
  expect(seen).toEqual([seen[0], ...restarted.seen]);
});

test("nothing is acted upon before it is deep enough, but it is seen as unfinalised", async () => {
  await chainClient(chain).mine({ blocks: 4 });
  const { follower, seen } = follow({}, { kind: "depth", depthBlocks: 3 });
  await follower.tick();
  const before = seen.length;
  await propose("deep");
  const moment = await follower.tick();
  expect(seen).toHaveLength(before);
  expect(moment?.unfinalised.map(({ eventName }) => eventName)).toContain("EpochProposed");
  await chainClient(chain).mine({ blocks: 3 });
  await follower.tick();
  expect(seen).toHaveLength(before + 1);
});

test("a finalised block that changed stops everything with an alarm", async () => {
  const { follower, seen, alarms } = follow({ processed: { number: 2n, hash: `0x${"ab".repeat(32)}` } });
  expect(await follower.tick()).toBeUndefined();
  expect(seen).toEqual([]);
  expect(alarms.stands("finalisedBlockChanged")).toBe(true);
});

test("a provider that falls behind what was final is not read from", async () => {
  const { follower, processed } = follow();
  await follower.tick();
  const ahead = (processed.at(-1)?.number ?? 0n) + 1n;
  const behind = follow({ processed: { number: ahead, hash: `0x${"ab".repeat(32)}` } });
  await expect(behind.follower.tick()).rejects.toMatchObject({ code: "providerBehind" });
  expect(behind.processed).toEqual([]);
});

test("what was final stays so while providers that lag a little name an older final block", async () => {
  await chainClient(chain).mine({ blocks: 6 });
  const { follower, processed } = follow({}, { kind: "depth", depthBlocks: 2 });
  await follower.tick();
  const before = processed.at(-1);
  const lagging = follow({ processed: before }, { kind: "depth", depthBlocks: 5 });
  expect((await lagging.follower.tick())?.finalised).toMatchObject({ ...before });
  expect(lagging.processed).toEqual([]);
  expect(lagging.alarms.standing()).toEqual([]);
});

test("a reorganisation before finality is harmless", async () => {
  const client = chainClient(chain);
  await client.mine({ blocks: 4 });
  const { follower, seen, alarms } = follow({}, { kind: "depth", depthBlocks: 3 });
  await follower.tick();
  const before = seen.length;
  const snapshot = await client.snapshot();
  await propose("gone");
  expect((await follower.tick())?.unfinalised).toHaveLength(1);
  await client.revert({ id: snapshot });
  await client.mine({ blocks: 6 });
  expect((await follower.tick())?.unfinalised).toEqual([]);
  expect(seen).toHaveLength(before);
  expect(alarms.standing()).toEqual([]);
});

test("a reorganisation past finality stops everything with an alarm, and stays so", async () => {
  const client = chainClient(chain);
  const { follower, seen, processed, alarms } = follow();
  const snapshot = await client.snapshot();
  await propose("final");
  await follower.tick();
  const before = seen.length;
  await client.revert({ id: snapshot });
  await propose("other");
  await client.mine({ blocks: 2 });
  expect(await follower.tick()).toBeUndefined();
  expect(await follow({ processed: processed.at(-1) }).follower.tick()).toBeUndefined();
  expect(seen).toHaveLength(before);
  expect(alarms.stands("finalisedBlockChanged")).toBe(true);
});

test("finality that lags too far is stalled until it catches up", async () => {
  await chainClient(chain).mine({ blocks: 8 });
  const { follower, alarms } = follow({ stallBlocks: 4n }, { kind: "depth", depthBlocks: 5 });
  expect((await follower.tick())?.finality).toBe("stalled");
  expect(alarms.stands("finalityStalled")).toBe(true);
  const patient = follow({ stallBlocks: 5n }, { kind: "depth", depthBlocks: 5 });
  expect((await patient.follower.tick())?.finality).toBe("advancing");
});

test("only an epoch that lists the own key is taken up", async () => {
  await propose("mine");
  const { follower } = follow();
  const settings = settingsOf(chain, contracts);
  const reader = new ChainReader(providersOf(settings, testNotices()), settings);
  const events = await reader.events(0n, (await follower.tick())?.finalised.number ?? 0n);
  const interest = { isWelcome: () => true, isMember: () => false, isOpen: () => false };
  const own = translateAll(events, { ...interest, peer: identityOf(testSecret("mine b")).peer });
  expect(own).toMatchObject([{ kind: "EpochObserved", self: 1, minSigners: 2, quorum: 2 }]);
  expect(translateAll(events, { ...interest, peer: identityOf(testSecret("nobody")).peer })).toEqual([]);
});

test("the socket wakes on a new head, and polling goes on when it is dead", async () => {
  const { log } = testNotices();
  const waiting: (() => void)[] = [];
  const wake = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    return promise;
  };
  const onHead = () => waiting.shift()?.();
  const subscribed = wake();
  const live = startHeadSignal({ webSocketUrls: [chain.webSocketUrl], pollIntervalMs: 60_000, log, onHead });
  await subscribed;
  const pushed = wake();
  await chainClient(chain).mine({ blocks: 1 });
  await pushed;
  live.close();
  const polled = [wake(), wake()];
  const dead = startHeadSignal({ webSocketUrls: ["ws://127.0.0.1:9"], pollIntervalMs: 10, log, onHead });
  await Promise.all(polled);
  dead.close();
});

test("openChain refuses another chain and an address without contract", async () => {
  await expect(
    openChain(settingsOf(chain, contracts, { chain: { id: 1, httpUrl: chain.httpUrl } }), testNotices()),
  ).rejects.toMatchObject({ code: "chainIdMismatch" });
  const nowhere = { ...contracts, decisionRegistry: "0x00000000000000000000000000000000000000aa" as const };
  await expect(openChain(settingsOf(chain, nowhere), testNotices())).rejects.toMatchObject({ code: "contractMissing" });
});
