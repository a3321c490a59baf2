import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toDecisionId, toEpoch } from "@synod/core";
import { MemoryHub } from "@synod/network";
import { synodActions } from "@synod/sdk";
import { openDatabase, SqliteSignClaims } from "@synod/storage";
import { type Hex, keccak256, parseEther, stringToHex } from "viem";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Committer } from "../src/committer.ts";
import type { DecisionReport } from "../src/http/report.ts";
import { identityOf } from "../src/identity.ts";
import { encodeFrame, type PeerFrame } from "../src/sessions/frame.ts";
import { startTestChain } from "./devnet/chain.ts";
import {
  chainClient,
  deployRegistries,
  PAYEE,
  payment,
  proposeCommittee,
  registerAgent,
  submit,
  type TestAgent,
} from "./devnet/scene.ts";
import { atSomeBlock } from "./support/at-some-block.ts";
import { testSecret } from "./support/data-folder.ts";
import {
  askMember,
  type LocalMember,
  type LocalNetwork,
  prepareMember,
  startMember,
} from "./support/local-committee.ts";

const RULES = {
  version: 1,
  rules: [{ name: "small payments", when: { targets: PAYEE, nativeValueAtMost: "1000" }, reply: true }],
};
const NAMES = ["ann", "ben", "cid"] as const;
type Name = (typeof NAMES)[number];

const root = mkdtempSync(join(tmpdir(), "synod-committee-"));
const running = new Map<Name, Committer>();
let network: LocalNetwork;
let agent: TestAgent;

function memberOf(name: Name): LocalMember {
  const lobes = [{ kind: "rules", file: join(root, "rules.json") }];
  return { name, folder: join(root, name), lobes, settings: { audit: { headRecords: 8, headBlocks: 5 } } };
}

async function startNamed(name: Name): Promise<void> {
  running.set(name, await startMember(network, memberOf(name)));
}

async function stopNamed(name: Name): Promise<void> {
  await running.get(name)?.close();
  running.delete(name);
}

function eventually<Answer>(probe: () => Promise<Answer | undefined>): Promise<Answer> {
  return atSomeBlock(network.chain, probe);
}

function chainState(decisionId: Hex) {
  const client = chainClient(network.chain).extend(synodActions(network.contracts));
  return eventually(async () => {
    const { state } = await client.getDecision({ decisionId });
    return ["Pending", "Approved", "Ready"].includes(state) ? undefined : state;
  });
}

/** Every running member's report, once all say that the decision is closed on chain. */
function reports(decisionId: Hex): Promise<readonly DecisionReport[]> {
  return eventually(async () => {
    const asked = await Promise.all(
      [...running.values()].map((member) => askMember(member, `/decisions/${decisionId}`)),
    );
    const all = asked.filter(({ status }) => status === 200).map(({ body }): DecisionReport => body);
    const isDone = all.length === running.size && all.every(({ state }) => ["executed", "rejected"].includes(state));
    return isDone ? all : undefined;
  });
}

/** Every running member has presignatures waiting. */
function allPresigned(): Promise<true> {
  return eventually(async () => {
    const asked = await Promise.all([...running.values()].map((member) => askMember(member, "/status")));
    const epochs = asked.flatMap(({ body }) => (body as { epochs: readonly { presignatures: number }[] }).epochs);
    return epochs.length > 0 && epochs.every(({ presignatures }) => presignatures > 0) ? true : undefined;
  });
}

/** The sum of a metric over all running members. */
async function metric(line: string): Promise<number> {
  const texts = await Promise.all(
    [...running.values()].map(async ({ httpPort }) => (await fetch(`http://127.0.0.1:${httpPort}/metrics`)).text()),
  );
  const found = texts.flatMap((text) => text.split("\n").filter((candidate) => candidate.startsWith(line)));
  return found.reduce((sum, candidate) => sum + Number(candidate.split(" ").at(-1)), 0);
}

function allReady(): Promise<true> {
  return eventually(async () => {
    const asked = await Promise.all([...running.values()].map((member) => askMember(member, "/readyz")));
    return asked.every(({ status }) => status === 200) ? true : undefined;
  });
}

beforeAll(async () => {
  const chain = await startTestChain();
  network = { chain, contracts: await deployRegistries(chain), hub: new MemoryHub({ delivery: "automatic" }) };
  await chainClient(chain).setIntervalMining({ interval: 1 });
  writeFileSync(join(root, "rules.json"), JSON.stringify(RULES));
  for (const name of NAMES) {
    await prepareMember(network, memberOf(name));
    await startNamed(name);
  }
});

afterAll(async () => {
  for (const name of NAMES) await stopNamed(name);
  await network.chain.stop();
  rmSync(root, { recursive: true, force: true });
});

test("three committers generate a key, prove that it signs and activate their epoch", async () => {
  const members = NAMES.map((name) => ({ name, endpoint: "/ip4/127.0.0.1/tcp/1" }));
  const committeeId = await proposeCommittee(network.chain, network.contracts, members, { minSigners: 2, quorum: 2 });
  const client = chainClient(network.chain).extend(synodActions(network.contracts));
  const active = await eventually(async () => (await client.getCommittee({ committeeId })).activeEpoch);
  expect(active).toBe(1n);
  agent = await registerAgent(network.chain, network.contracts, committeeId);
  await allReady();
}, 180_000);

test("an approved decision is executed once, and every committer knows", async () => {
  await allPresigned();
  const before = await chainClient(network.chain).getBalance({ address: PAYEE });
  const decisionId = await submit(network.chain, network.contracts, agent.agentId, payment(agent.vault, 700n));
  expect(await chainState(decisionId)).toBe("Executed");
  const all = await reports(decisionId);
  expect(all.map(({ state, reply }) => [state, reply])).toEqual(Array(3).fill(["executed", true]));
  for (const { attesters } of all) expect(attesters.length).toBeGreaterThanOrEqual(2);
  expect(all.filter(({ signers }) => signers.length === 2).length).toBeGreaterThanOrEqual(2);
  expect(await chainClient(network.chain).getBalance({ address: PAYEE })).toBe(before + 700n);
  expect(await metric('synod_signatures_total{presignature="pooled"}')).toBeGreaterThanOrEqual(2);
  expect(await metric('synod_signatures_total{presignature="onDemand"}')).toBe(0);
  expect(await metric("synod_presignatures{")).toBeGreaterThan(0);
}, 120_000);

test("the members co-sign each other's audit logs to their ends", async () => {
  type Status = {
    readonly audit: { readonly length: number; readonly coSigned: readonly { readonly length: number }[] };
  };
  const logs = await eventually(async () => {
    const asked = await Promise.all([...running.values()].map((member) => askMember(member, "/status")));
    const all = asked.map(({ body }) => (body as Status).audit);
    return all.every(({ length, coSigned }) => coSigned.filter((head) => head.length === length).length === 2)
      ? all
      : undefined;
  });
  for (const { length } of logs) expect(length).toBeGreaterThanOrEqual(8);
  expect(await metric('synod_alarms{alarm="auditHead')).toBe(0);
}, 60_000);

test("what the rules reject is recorded as rejected and never signed", async () => {
  const decisionId = await submit(
    network.chain,
    network.contracts,
    agent.agentId,
    payment(agent.vault, parseEther("0.5")),
  );
  expect(await chainState(decisionId)).toBe("Rejected");
  for (const { state, signers } of await reports(decisionId)) expect([state, signers]).toEqual(["rejected", []]);
}, 120_000);

test("a member that sends garbage, forged attestations and forged signatures changes nothing", async () => {
  await stopNamed("cid");
  const cid = network.hub.transport(identityOf(testSecret("cid")).peer);
  await cid.start();
  const others = ["ann", "ben"].map((name) => ({
    publicKey: identityOf(testSecret(name)).peer,
    endpoint: "/ip4/127.0.0.1/tcp/1",
  }));
  cid.setPeers(others);
  const decisionId = await submit(network.chain, network.contracts, agent.agentId, payment(agent.vault, 300n));
  const forged: Hex = `0x${"11".repeat(64)}1b`;
  const handle = new Uint8Array(32);
  const slot = { phase: "presign", subject: decisionId, attempt: 0 } as const;
  const frames: readonly PeerFrame[] = [
    { kind: "attestation", decisionId, reply: false, resultHash: keccak256(stringToHex("no")), signature: forged },
    { kind: "signature", subject: decisionId, signature: forged },
    { kind: "stored", subject: decisionId, attempt: 1, recordHash: decisionId },
    { kind: "session", slot, handle, payload: new Uint8Array(300) },
    { kind: "chainView", number: 1n, hash: keccak256(stringToHex("another chain")) },
  ];
  for (const { publicKey } of others) {
    for (const frame of frames) cid.send(publicKey, encodeFrame(frame));
    cid.send(publicKey, Uint8Array.of(0, 1, 2, 3));
  }
  expect(await chainState(decisionId)).toBe("Executed");
  for (const { attesters } of await reports(decisionId)) expect(attesters).toEqual([0, 1]);
  const named = `${cid.self.slice(0, 12)} has 0x`;
  for (const member of running.values()) {
    const { alarms } = (await askMember(member, "/status")).body as Alarming;
    expect(alarms).toEqual([{ alarm: "chainViewDiffers", reason: expect.stringContaining(named) }]);
    expect((await askMember(member, "/readyz")).status).toBe(200);
  }
  await cid.close();
}, 120_000);

/** What a member's status says of alarms. */
type Alarming = { readonly alarms: readonly { readonly alarm: string; readonly reason: string }[] };

test("a committer that was away catches up, opens its share and signs again", async () => {
  await startNamed("cid");
  await allReady();
  await stopNamed("ann");
  const decisionId = await submit(network.chain, network.contracts, agent.agentId, payment(agent.vault, 400n));
  expect(await chainState(decisionId)).toBe("Executed");
  const all = await reports(decisionId);
  expect(all).toHaveLength(2);
  for (const { signers, attesters } of all)
    expect([signers, attesters]).toEqual([
      [1, 2],
      [1, 2],
    ]);
  await startNamed("ann");
  const late = (await reports(decisionId)).find(({ attempts }) => attempts === 0);
  expect(late).toMatchObject({ state: "executed", signers: [] });
}, 180_000);

test("members without gas money are skipped, and the next in order posts and executes", async () => {
  await allReady();
  const poor = [running.get("ann"), running.get("ben")].map((member) => member?.identity.address);
  for (const address of poor) if (address) await chainClient(network.chain).setBalance({ address, value: 0n });
  const decisionId = await submit(network.chain, network.contracts, agent.agentId, payment(agent.vault, 500n));
  expect(await chainState(decisionId)).toBe("Executed");
  await reports(decisionId);
}, 120_000);

test("a claim for another digest stops signing with an alarm, and nothing is executed", async () => {
  for (const name of NAMES) await stopNamed(name);
  const decisionId = await submit(network.chain, network.contracts, agent.agentId, payment(agent.vault, 600n));
  for (const name of ["ann", "ben"] as const) {
    const database = openDatabase({ directory: join(root, name, "data") });
    const other = { decisionId: toDecisionId(decisionId), epoch: toEpoch(1n), digest: keccak256(stringToHex("other")) };
    expect(new SqliteSignClaims(database).claim(other).kind).toBe("claimed");
    database.close();
    const { address } = identityOf(testSecret(name));
    await chainClient(network.chain).setBalance({ address, value: parseEther("1") });
  }
  for (const name of NAMES) await startNamed(name);
  const halted = await eventually(async () => {
    const asked = await Promise.all(
      (["ann", "ben"] as const).map((name) => askMember(running.get(name) as Committer, "/status")),
    );
    const bodies = asked.map(({ body }) => body as { halted?: string; alarms: readonly { alarm: string }[] });
    return bodies.every(({ halted }) => halted !== undefined) ? bodies : undefined;
  });
  for (const { alarms } of halted) expect(alarms.map(({ alarm }) => alarm)).toContain("signingClaimConflict");
  const client = chainClient(network.chain).extend(synodActions(network.contracts));
  expect((await client.getDecision({ decisionId })).state).toBe("Ready");
}, 120_000);

test("with fewer than minSigners connected a committer is not ready and says why", async () => {
  await stopNamed("ben");
  await stopNamed("cid");
  const ann = running.get("ann");
  const missing = await eventually(async () => {
    const { status, body } = await askMember(ann as Committer, "/readyz");
    return status === 503 ? (body as { missing: readonly string[] }).missing : undefined;
  });
  expect(missing.join()).toContain("peers: 0 of committee");
}, 60_000);

test("when two of three members act on another chain, the third takes no part until they name its own blocks", async () => {
  const ann = running.get("ann") as Committer;
  const impostors = ["ben", "cid"].map((name) => network.hub.transport(identityOf(testSecret(name)).peer));
  const { hash } = await chainClient(network.chain).getBlock({ blockNumber: 1n });
  const say = (blockHash: Hex) => {
    for (const impostor of impostors)
      impostor.send(ann.identity.peer, encodeFrame({ kind: "chainView", number: 1n, hash: blockHash }));
  };
  for (const impostor of impostors) {
    await impostor.start();
    impostor.setPeers([{ publicKey: ann.identity.peer, endpoint: "/ip4/127.0.0.1/tcp/1" }]);
  }
  const missing = async () => ((await askMember(ann, "/readyz")).body as { missing: readonly string[] }).missing.join();
  say(keccak256(stringToHex("another chain")));
  await eventually(async () => ((await missing()).includes("see another one") ? true : undefined));
  say(hash);
  await eventually(async () => ((await missing()).includes("see another one") ? undefined : true));
  for (const impostor of impostors) await impostor.close();
}, 60_000);
