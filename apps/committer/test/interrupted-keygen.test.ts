import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryHub } from "@synod/network";
import type { Hex } from "viem";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Committer } from "../src/committer.ts";
import { startTestChain } from "./devnet/chain.ts";
import { chainClient, deployRegistries, proposeCommittee } from "./devnet/scene.ts";
import { atSomeBlock } from "./support/at-some-block.ts";
import {
  askMember,
  type LocalMember,
  type LocalNetwork,
  prepareMember,
  startMember,
} from "./support/local-committee.ts";

type EpochReport = {
  readonly committeeId: Hex;
  readonly status: string;
  readonly hasShare: boolean;
  readonly keygenAttempt?: number;
};

const NAMES = ["dan", "eve", "fay"] as const;
const running = new Set<Committer>();
let root: string;
let network: LocalNetwork;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), "synod-keygen-"));
  const chain = await startTestChain();
  network = { chain, contracts: await deployRegistries(chain), hub: new MemoryHub({ delivery: "automatic" }) };
  await chainClient(chain).setIntervalMining({ interval: 1 });
});

afterEach(async () => {
  for (const member of running) await member.close();
  running.clear();
  await network.chain.stop();
  rmSync(root, { recursive: true, force: true });
});

function memberOf(name: string, slow: Pick<LocalMember, "slowPollMs"> = {}): LocalMember {
  return { name, folder: join(root, name), lobes: [], ...slow };
}

async function start(member: LocalMember): Promise<Committer> {
  const started = await startMember(network, member);
  running.add(started);
  return started;
}

async function epochOf(member: Committer, committeeId: Hex): Promise<EpochReport | undefined> {
  const { body } = await askMember(member, "/status");
  return (body as { epochs: readonly EpochReport[] }).epochs.find((epoch) => epoch.committeeId === committeeId);
}

function propose(): Promise<Hex> {
  const listed = NAMES.map((name) => ({ name, endpoint: "/ip4/127.0.0.1/tcp/1" }));
  return proposeCommittee(network.chain, network.contracts, listed, { minSigners: 2, quorum: 2 });
}

async function activated(committeeId: Hex): Promise<readonly EpochReport[]> {
  const seen = async () => {
    const reports = await Promise.all([...running].map((member) => epochOf(member, committeeId)));
    const active = reports.filter((report) => report?.status === "active" && report.hasShare);
    return active.length === NAMES.length ? active.filter((report) => report !== undefined) : undefined;
  };
  return atSomeBlock(network.chain, seen);
}

test("a member that restarts in the middle of a key generation pulls the others to a new attempt", async () => {
  for (const name of NAMES) await prepareMember(network, memberOf(name));
  const dan = await start(memberOf("dan"));
  const eve = await start(memberOf("eve"));
  const fay = await start(memberOf("fay"));
  network.hub.partition(dan.identity.peer, fay.identity.peer);
  const committeeId = await propose();
  await atSomeBlock(network.chain, async () =>
    (await epochOf(eve, committeeId))?.keygenAttempt === 0 ? true : undefined,
  );
  await eve.close();
  running.delete(eve);
  network.hub.heal(dan.identity.peer, fay.identity.peer);
  await start(memberOf("eve"));
  const reports = await activated(committeeId);
  expect(reports.map(({ keygenAttempt }) => keygenAttempt)).toEqual([1, 1, 1]);
}, 180_000);

test("a member that sees the epoch late joins with the next attempt", async () => {
  for (const name of NAMES) await prepareMember(network, memberOf(name));
  await start(memberOf("dan"));
  await start(memberOf("eve"));
  await start(memberOf("fay", { slowPollMs: 3_000 }));
  const first = await activated(await propose());
  expect(first).toHaveLength(3);
  const second = await activated(await propose());
  expect(new Set(second.map(({ keygenAttempt }) => keygenAttempt)).size).toBe(1);
  // Less than the 96 blocks after which a stalled attempt would be given up.
}, 80_000);
