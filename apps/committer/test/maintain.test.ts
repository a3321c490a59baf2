import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { numberToHex } from "viem";
import { expect, test } from "vitest";
import { type RpcAnswers, startRpcStub } from "./support/rpc-stub.ts";
import { startProgram } from "./support/run-program.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const COMMITTEE = `0x${"c1".repeat(32)}`;
const BLOCK = { number: "0x7", hash: `0x${"bb".repeat(32)}`, timestamp: "0x9", transactions: [] };

/** A chain whose committees all have this active epoch. */
function chainIn(epoch: number): RpcAnswers {
  return {
    eth_chainId: () => "0x7a69",
    eth_getCode: () => "0x60",
    eth_getBlockByNumber: () => BLOCK,
    eth_call: () => numberToHex(epoch, { size: 32 }),
  };
}

function maintain(...args: readonly string[]) {
  return maintainWith({}, ...args);
}

function maintainWith(environment: NodeJS.ProcessEnv, ...args: readonly string[]) {
  return startProgram("maintain.ts", args, environment).ended;
}

async function settingsIn(folder: string, epoch: number): Promise<string> {
  const file = join(folder, "settings.json");
  const settings = {
    chain: { id: 31_337, httpUrl: await startRpcStub(chainIn(epoch)) },
    contracts: {
      committeeRegistry: "0x1111111111111111111111111111111111111111",
      decisionRegistry: "0x2222222222222222222222222222222222222222",
    },
    dataDir: "data",
    listen: "/ip4/127.0.0.1/tcp/0",
    http: { port: 0 },
  };
  writeFileSync(file, JSON.stringify(settings));
  return file;
}

test("new shares of the active epoch are asked for, and of no other", async () => {
  const folder = temporaryFolder();
  const settings = await settingsIn(folder, 2);
  const ask = (epoch: string) => maintain("refresh", "-s", settings, "--committee", COMMITTEE, "--epoch", epoch);
  const early = await ask("2");
  expect([early.code, early.stderr]).toEqual([3, expect.stringMatching(/^committer: dataDirUnusable: [^\n]+\n$/)]);
  mkdirSync(join(folder, "data"));
  const late = await ask("1");
  expect([late.code, late.stderr]).toEqual([2, expect.stringMatching(/^committer: epochNotActive: [^\n]+ is 2\n$/)]);
  const done = await ask("2");
  expect([done.code, done.stderr]).toEqual([0, ""]);
  expect(done.stdout).toContain("new shares are asked for");
  expect(readdirSync(join(folder, "data", "refresh"))).toEqual([`${COMMITTEE}-2`]);
});

test("a backup needs the keystore's passphrase and one of its own", async () => {
  const settings = await settingsIn(temporaryFolder(), 1);
  const backUp = ["backup", "-s", settings, "--committee", COMMITTEE, "--out", "share.json"];
  const none = await maintainWith({ SYNOD_BACKUP_PASSPHRASE: "canary" }, ...backUp);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining("no passphrase for the keystore")]);
  const one = await maintainWith({ SYNOD_PASSPHRASE: "canary" }, ...backUp);
  expect([one.code, one.stderr]).toEqual([2, expect.stringContaining("no passphrase for the backup")]);
});

test.each([
  [["refresh"], "--settings is missing"],
  [["-s", "settings.json"], "nothing is asked for"],
  [["-s", "settings.json", "renew"], "unknown: renew"],
  [["-s", "settings.json", "refresh", "--committee", "0x12", "--epoch", "1"], '--committee: found "0x12"'],
  [["-s", "settings.json", "refresh", "--committee", COMMITTEE, "--epoch", "0"], '--epoch: found "0"'],
  [["-s", "settings.json", "backup", "--committee", COMMITTEE], "--out is missing"],
  [["-s", "settings.json", "restore"], "--from is missing"],
  [["-s", "settings.json", "--commitee", COMMITTEE], "--commitee"],
] as const)("%j is refused before anything is read", async (args, what) => {
  const { code, stdout, stderr } = await maintain(...args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^committer: usage: [^\n]+\n$/);
  expect(stderr).toContain(what);
});
