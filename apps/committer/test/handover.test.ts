import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemoryHub } from "@synod/network";
import { synodActions } from "@synod/sdk";
import { passphraseBytes } from "@synod/storage";
import { bytesToHex, type Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Committer } from "../src/committer.ts";
import { identityOf } from "../src/identity.ts";
import { askForRefresh } from "../src/maintenance/ask-for-refresh.ts";
import { backUp } from "../src/maintenance/back-up.ts";
import { restore } from "../src/maintenance/restore.ts";
import { startTestChain } from "./devnet/chain.ts";
import {
  chainClient,
  deployRegistries,
  PAYEE,
  payment,
  proposeCommittee,
  proposeEpoch,
  registerAgent,
  submit,
  type TestAgent,
} from "./devnet/scene.ts";
import { atSomeBlock } from "./support/at-some-block.ts";
import { TEST_SCRYPT_COST, testSecret } from "./support/data-folder.ts";
import {
  askMember,
  type LocalMember,
  type LocalNetwork,
  PASSPHRASE,
  prepareMember,
  startMember,
} from "./support/local-committee.ts";
import { settingsOf } from "./support/settings-of.ts";

const REFRESH_SECONDS = 1_000_000;
const REPLACE_BLOCKS = 300;
const RULES = { version: 1, rules: [{ name: "payments", when: { targets: PAYEE }, reply: true }] };

type EpochReport = {
  readonly epoch: string;
  readonly status: string;
  readonly hasShare: boolean;
  readonly keygenAttempt?: number;
  readonly members: readonly { readonly connected: boolean }[];
};

const root = mkdtempSync(join(tmpdir(), "synod-handover-"));
const running = new Map<string, Committer>();
let network: LocalNetwork;
let committeeId: Hex;
let agent: TestAgent;
let groupKey: unknown;

function memberOf(name: string): LocalMember {
  const lobes = [{ kind: "rules", file: join(root, "rules.json") }];
  const { publicKey } = privateKeyToAccount(bytesToHex(testSecret("cid")));
  const standbys = [{ publicKey, endpoint: "/ip4/127.0.0.1/tcp/1" }];
  const succession = { refreshAfterSeconds: REFRESH_SECONDS, replaceAfterBlocks: REPLACE_BLOCKS, standbys };
  return { name, folder: join(root, name), lobes, settings: { succession } };
}

async function start(name: string): Promise<void> {
  running.set(name, await startMember(network, memberOf(name)));
}

async function stop(name: string): Promise<void> {
  await running.get(name)?.close();
  running.delete(name);
}

function listed(names: readonly string[]) {
  return names.map((name) => ({ name, endpoint: "/ip4/127.0.0.1/tcp/1" }));
}

function client() {
  return chainClient(network.chain).extend(synodActions(network.contracts));
}

async function statusOf(name: string) {
  const { body } = await askMember(running.get(name) as Committer, "/status");
  return body as { epochs: readonly EpochReport[]; alarms: readonly { alarm: string; reason: string }[] };
}

function activeEpoch(epoch: bigint): Promise<true> {
  return atSomeBlock(network.chain, async () =>
    (await client().getCommittee({ committeeId })).activeEpoch === epoch ? true : undefined,
  );
}

/** Every named member holds the share of this epoch of the committee and of no other. */
function onlyShare(names: readonly string[], epoch: string): Promise<true> {
  return atSomeBlock(network.chain, async () => {
    const all = await Promise.all(names.map(statusOf));
    const isAlone = all.every(
      ({ epochs }) =>
        epochs
          .filter(({ hasShare }) => hasShare)
          .map((held) => held.epoch)
          .join() === epoch,
    );
    return isAlone ? true : undefined;
  });
}

/** How far an epoch must have come at a member for it to be restarted. */
const STAGES: readonly ((report: EpochReport) => boolean)[] = [
  ({ keygenAttempt }) => keygenAttempt !== undefined,
  ({ hasShare }) => hasShare,
  ({ status }) => status === "confirmed" || status === "active",
  ({ status }) => status === "active",
];

/** Restarts a member at each stage of an epoch; of what it had in memory nothing is left. */
async function restartAtEachStage(name: string, wanted: string): Promise<void> {
  for (const isReached of STAGES) {
    await atSomeBlock(network.chain, async () =>
      (await statusOf(name)).epochs.some((report) => report.epoch === wanted && isReached(report)) ? true : undefined,
    );
    await stop(name);
    await start(name);
  }
}

function hasFile(name: string, epoch: bigint): boolean {
  return existsSync(join(root, name, "data", "keys", `share-${committeeId}-${epoch}`));
}

async function executed(): Promise<string> {
  const decisionId = await submit(network.chain, network.contracts, agent.agentId, payment(agent.vault, 1n));
  return atSomeBlock(network.chain, async () => {
    const { state } = await client().getDecision({ decisionId });
    return ["Pending", "Approved", "Ready"].includes(state) ? undefined : state;
  });
}

beforeAll(async () => {
  const chain = await startTestChain();
  network = { chain, contracts: await deployRegistries(chain), hub: new MemoryHub({ delivery: "automatic" }) };
  await chainClient(chain).setIntervalMining({ interval: 1 });
  writeFileSync(join(root, "rules.json"), JSON.stringify(RULES));
  for (const name of ["ann", "ben", "cid", "dee"]) await prepareMember(network, memberOf(name));
  for (const name of ["ann", "ben", "cid"]) await start(name);
  committeeId = await proposeCommittee(chain, network.contracts, listed(["ann", "ben", "cid"]), {
    minSigners: 2,
    quorum: 2,
  });
  await activeEpoch(1n);
  agent = await registerAgent(chain, network.contracts, committeeId);
  groupKey = (await client().getCommittee({ committeeId })).epoch.group?.publicKey;
  expect(groupKey).toBeDefined();
}, 120_000);

afterAll(async () => {
  for (const name of running.keys()) await stop(name);
  await network.chain.stop();
  rmSync(root, { recursive: true, force: true });
});

/** What the operator of a member does with `synod committer refresh`. */
function askForNewShares(name: string, epoch: bigint): Promise<string> {
  const { chain, contracts } = network;
  const settings = settingsOf(chain, contracts, { dataDir: join(root, name, "data") });
  return askForRefresh(settings, { committeeId, epoch });
}

test("new shares that a quorum asks for take over, though one member restarts at each stage", async () => {
  expect(await executed()).toBe("Executed");
  await expect(askForNewShares("ann", 2n)).rejects.toMatchObject({ code: "epochNotActive" });
  for (const name of ["ann", "cid"]) await askForNewShares(name, 1n);
  await restartAtEachStage("ben", "2");
  await activeEpoch(2n);
  expect((await client().getCommittee({ committeeId })).epoch.group?.publicKey).toEqual(groupKey);
  await onlyShare(["ann", "ben", "cid"], "2");
  for (const name of ["ann", "ben", "cid"]) expect([hasFile(name, 1n), hasFile(name, 2n)]).toEqual([false, true]);
  expect(readdirSync(join(root, "ann", "data", "refresh"))).toEqual([]);
  expect(await executed()).toBe("Executed");
}, 120_000);

test("a member is replaced, and a decision that comes meanwhile is served: the newcomer signs, who left has no share", async () => {
  await start("dee");
  const approvers = [
    [0, "ann"],
    [1, "ben"],
  ] as const;
  const members = listed(["dee", "ann", "ben"]);
  await proposeEpoch(network.chain, network.contracts, committeeId, { members, minSigners: 2, quorum: 2, approvers });
  expect(await executed()).toBe("Executed");
  await activeEpoch(3n);
  expect((await client().getCommittee({ committeeId })).epoch.group?.publicKey).toEqual(groupKey);
  await onlyShare(["ann", "ben", "dee"], "3");
  await atSomeBlock(network.chain, async () => (hasFile("cid", 2n) ? undefined : true));
  await stop("ann");
  expect(await executed()).toBe("Executed");
  await start("ann");
}, 120_000);

test("old shares are refreshed unasked; who was away from the proof to the switch gets the proof, and signs", async () => {
  await chainClient(network.chain).increaseTime({ seconds: REFRESH_SECONDS });
  const confirmed = async () => {
    const { epoch } = await client().getCommittee({ committeeId, epoch: 4n });
    return epoch.status === "Proposed" ? undefined : true;
  };
  const { chain, hub } = network;
  const [ann, ben, dee] = ["ann", "ben", "dee"].map((name) => identityOf(testSecret(name)).peer);
  await atSomeBlock(chain, async () =>
    (await statusOf("ben")).epochs.some(({ epoch, hasShare }) => epoch === "4" && hasShare) ? true : undefined,
  );
  await atSomeBlock(chain, confirmed);
  for (const peer of [ann, dee]) if (ben && peer) hub.partition(ben, peer);
  await activeEpoch(4n);
  for (const peer of [ann, dee]) if (ben && peer) hub.heal(ben, peer);
  await onlyShare(["ann", "ben", "dee"], "4");
  await stop("dee");
  expect(await executed()).toBe("Executed");
  await start("dee");
}, 120_000);

/** What `synod committer backup` and `restore` do for a member, cheaply sealed. */
function keysOf(name: string) {
  const { chain, contracts } = network;
  const settings = settingsOf(chain, contracts, { dataDir: join(root, name, "data") });
  const passphrases = { keystorePassphrase: PASSPHRASE, backupPassphrase: passphraseBytes("kept elsewhere") };
  const secrets = { ...passphrases, unsafeTestScryptCost: TEST_SCRYPT_COST };
  return {
    backUp: (file: string) => backUp(settings, committeeId, join(root, file), secrets),
    restore: (file: string, changes: Partial<typeof secrets> = {}) =>
      restore(settings, join(root, file), { ...secrets, ...changes }),
  };
}

function refusedWith(code: string, work: Promise<string>): Promise<void> {
  return expect(work).rejects.toMatchObject({ code });
}

/** The machine is gone: of its data folder nothing is left but a copy of the identity key. */
function loseMachine(name: string): void {
  const data = join(root, name, "data");
  const identity = readFileSync(join(data, "keys", "identity"));
  rmSync(data, { recursive: true });
  mkdirSync(join(data, "keys"), { recursive: true, mode: 0o700 });
  writeFileSync(join(data, "keys", "identity"), identity, { mode: 0o600 });
}

type BackupContent = { readonly record: string };

function contentOf(file: string): BackupContent {
  return JSON.parse(readFileSync(join(root, file), "utf8"));
}

/** A backup in which some fields are others. */
function altered(file: string, changes: object): string {
  writeFileSync(join(root, "altered.json"), JSON.stringify({ ...contentOf(file), ...changes }));
  return "altered.json";
}

/** A record that differs from a backup's in its last bit. */
function otherRecord(file: string): string {
  const { record } = contentOf(file);
  return `${record.slice(0, -1)}${(Number.parseInt(record.slice(-1), 16) ^ 1).toString(16)}`;
}

test("the drill: a member's machine is lost, its share comes back, and new shares make it whole", async () => {
  await keysOf("ann").backUp("ann.json");
  await keysOf("ben").backUp("ben.json");
  await refusedWith("fileExists", keysOf("ann").backUp("ben.json"));
  await refusedWith("fileUnwritable", keysOf("ann").backUp("absent/ann.json"));
  await refusedWith("notMember", keysOf("cid").backUp("cid.json"));
  await refusedWith("dataDirLocked", keysOf("ann").restore("ann.json"));
  await stop("ann");
  await refusedWith("shareKept", keysOf("ann").restore("ann.json"));
  loseMachine("ann");
  await refusedWith("keystoreDamaged", keysOf("ann").backUp("none.json"));
  await refusedWith("backupForeign", keysOf("ann").restore("ben.json"));
  await refusedWith("backupForeign", keysOf("ann").restore(altered("ann.json", { chainId: 1 })));
  await refusedWith("backupForeign", keysOf("ann").restore(altered("ann.json", { epoch: "5" })));
  await refusedWith("backupInvalid", keysOf("ann").restore(altered("ann.json", { record: otherRecord("ann.json") })));
  await refusedWith("passphraseWrong", keysOf("ann").restore("ann.json", { backupPassphrase: PASSPHRASE }));
  expect(await keysOf("ann").restore("ann.json")).toContain("the share of epoch 4 is back");
  await refusedWith("shareKept", keysOf("ann").restore("ann.json"));

  await start("ann");
  await atSomeBlock(network.chain, async () =>
    (await statusOf("ann")).alarms.some(({ alarm }) => alarm === "shareRestored") ? true : undefined,
  );
  await askForNewShares("ben", 4n);
  await activeEpoch(5n);
  await onlyShare(["ann", "ben", "dee"], "5");
  expect((await client().getCommittee({ committeeId })).epoch.group?.publicKey).toEqual(groupKey);
  await stop("dee");
  expect(await executed()).toBe("Executed");
  await start("dee");
  expect((await statusOf("ann")).alarms.map(({ alarm }) => alarm)).not.toContain("shareRestored");
  await refusedWith("backupOutdated", keysOf("ann").restore("ann.json"));
}, 120_000);

test("too few members that stay cannot hand the key over: an alarm says so, and the old epoch goes on", async () => {
  const approvers = [
    [0, "dee"],
    [1, "ann"],
  ] as const;
  const members = listed(["ann", "eve", "fay"]);
  await proposeEpoch(network.chain, network.contracts, committeeId, { members, minSigners: 2, quorum: 2, approvers });
  const alarm = await atSomeBlock(network.chain, async () =>
    (await statusOf("ann")).alarms.find((standing) => standing.alarm === "handoverImpossible"),
  );
  expect(alarm.reason).toContain("2 members with shares of epoch 5 must stay");
  expect(await executed()).toBe("Executed");
}, 120_000);

test("a member that stays away is replaced by the standby, over an epoch that is stuck", async () => {
  await stop("dee");
  const isAway = ({ epoch, members }: EpochReport) => epoch === "5" && members.some(({ connected }) => !connected);
  for (const name of ["ann", "ben"])
    await atSomeBlock(network.chain, async () => ((await statusOf(name)).epochs.some(isAway) ? true : undefined));
  await atSomeBlock(network.chain, async () => true);
  await chainClient(network.chain).mine({ blocks: REPLACE_BLOCKS });
  await activeEpoch(7n);
  const { epoch } = await client().getCommittee({ committeeId });
  const [cid, ann, ben] = ["cid", "ann", "ben"].map((name) => identityOf(testSecret(name)).address);
  expect(epoch.members.map(({ address }) => address)).toEqual([cid, ann, ben]);
  expect(epoch.group?.publicKey).toEqual(groupKey);
  await stop("ben");
  expect(await executed()).toBe("Executed");
}, 120_000);
