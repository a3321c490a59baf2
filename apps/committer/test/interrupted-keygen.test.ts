import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryHub } from "@synod/network";
import { synodActions } from "@synod/sdk";
import { expect, test } from "vitest";
import type { Committer } from "../src/committer.ts";
import { startTestChain } from "./devnet/chain.ts";
import { chainClient, deployRegistries, proposeCommittee } from "./devnet/scene.ts";
import { atSomeBlock } from "./support/at-some-block.ts";
import { askMember, type LocalNetwork, prepareMember, startMember } from "./support/local-committee.ts";

type EpochReport = { readonly status: string; readonly hasShare: boolean; readonly keygenAttempt?: number };

async function epochOf(member: Committer): Promise<EpochReport | undefined> {
  const { body } = await askMember(member, "/status");
  return (body as { epochs: readonly EpochReport[] }).epochs[0];
}

test("a member that restarts in the middle of a key generation pulls the others to a new attempt", async () => {
  const root = mkdtempSync(join(tmpdir(), "synod-keygen-"));
  const chain = await startTestChain();
  const hub = new MemoryHub({ delivery: "automatic" });
  const network: LocalNetwork = { chain, contracts: await deployRegistries(chain), hub };
  await chainClient(chain).setIntervalMining({ interval: 1 });
  const members = ["dan", "eve", "fay"].map((name) => ({ name, folder: join(root, name), lobes: [] }));
  for (const member of members) await prepareMember(network, member);
  const [dan, eve, fay] = await Promise.all(members.map((member) => startMember(network, member)));
  const others = [dan, fay].filter((member) => member !== undefined);

  hub.partition(dan?.identity.peer ?? "0x", fay?.identity.peer ?? "0x");
  const listed = members.map(({ name }) => ({ name, endpoint: "/ip4/127.0.0.1/tcp/1" }));
  const committeeId = await proposeCommittee(chain, network.contracts, listed, { minSigners: 2, quorum: 2 });
  await atSomeBlock(chain, async () => ((await epochOf(eve as Committer))?.keygenAttempt === 0 ? true : undefined));
  await eve?.close();
  hub.heal(dan?.identity.peer ?? "0x", fay?.identity.peer ?? "0x");
  const returned = await startMember(network, { name: "eve", folder: join(root, "eve"), lobes: [] });

  const client = chainClient(chain).extend(synodActions(network.contracts));
  const active = await atSomeBlock(chain, async () => (await client.getCommittee({ committeeId })).activeEpoch);
  expect(active).toBe(1n);
  const reports = await Promise.all([...others, returned].map(epochOf));
  expect(reports.map((report) => [report?.keygenAttempt, report?.hasShare])).toEqual(Array(3).fill([1, true]));

  for (const member of [...others, returned]) await member.close();
  await chain.stop();
  rmSync(root, { recursive: true, force: true });
}, 180_000);
