import { once } from "node:events";
import { existsSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { openDatabase, passphraseBytes } from "@synod/storage";
import { expect, onTestFinished, test } from "vitest";
import { storeIdentity, testSecret } from "./support/data-folder.ts";
import { type RpcAnswers, startRpcStub } from "./support/rpc-stub.ts";
import { type Ending, startProgram } from "./support/run-program.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const PASSPHRASE = "canary passphrase";
const CHAIN: RpcAnswers = {
  eth_chainId: () => "0x7a69",
  eth_getCode: () => "0x60",
  eth_getBlockByNumber: () => null,
};

function start(args: readonly string[], environment: NodeJS.ProcessEnv) {
  return startProgram("main.ts", args, environment);
}

function writeSettings(folder: string, httpUrl: string, changes: object = {}): string {
  const file = join(folder, "settings.json");
  const settings = {
    chain: { id: 31_337, httpUrl },
    contracts: {
      committeeRegistry: "0x1111111111111111111111111111111111111111",
      decisionRegistry: "0x2222222222222222222222222222222222222222",
    },
    dataDir: "data",
    listen: "/ip4/127.0.0.1/tcp/0",
    http: { port: 0 },
    ...changes,
  };
  writeFileSync(file, JSON.stringify(settings));
  return file;
}

async function refusal(file: string, passphrase: string | undefined = PASSPHRASE): Promise<Ending> {
  return start(["--settings", file], passphrase === undefined ? {} : { SYNOD_PASSPHRASE: passphrase }).ended;
}

/** Refused with one clear line, nothing on stdout, and no secret anywhere. */
function expectRefusal(ending: Ending, code: number, reason: string, ...parts: readonly string[]): void {
  expect(ending.stderr).toMatch(new RegExp(`^committer: ${reason}: [^\\n]+\\n$`));
  for (const part of parts) expect(ending.stderr).toContain(part);
  expect(ending.code).toBe(code);
  expect(ending.stdout).toBe("");
  expect(ending.stderr).not.toContain(PASSPHRASE);
}

test("without settings, with an unknown flag and with an absent file", async () => {
  expectRefusal(await start([], {}).ended, 2, "usage", "--settings is missing");
  expectRefusal(await start(["--setings", "x"], {}).ended, 2, "usage", "--setings");
  expectRefusal(await start(["-s", "x", "--resume-signing", " "], {}).ended, 2, "usage", "needs a reason");
  expectRefusal(await refusal("/absent/settings.json"), 2, "settingsUnreadable", "/absent/settings.json");
});

test("a bad field is named with its value", async () => {
  const file = writeSettings(temporaryFolder(), "http://127.0.0.1:1", { attemptBlocks: "five" });
  expectRefusal(await refusal(file), 2, "settingsInvalid", "attemptBlocks", '"five"');
});

test("without a passphrase", async () => {
  const file = writeSettings(temporaryFolder(), "http://127.0.0.1:1");
  expectRefusal(await start(["--settings", file], {}).ended, 2, "passphraseMissing", "SYNOD_PASSPHRASE_FILE");
});

test("a bad rule file", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "rules.json"), '{"version":1,"rules":[{"name":"x","reply":"yes"}]}');
  const file = writeSettings(folder, "http://127.0.0.1:1", { lobes: [{ kind: "rules", file: "rules.json" }] });
  expectRefusal(await refusal(file), 2, "rulesInvalid", "rules.0.reply", '"yes"');
});

test("an unreachable chain, and nothing is made on disk", async () => {
  const folder = temporaryFolder();
  expectRefusal(await refusal(writeSettings(folder, "http://127.0.0.1:9")), 3, "rpcUnreachable", "http://127.0.0.1:9");
  expect(existsSync(join(folder, "data"))).toBe(false);
});

test("another chain than the settings say", async () => {
  const url = await startRpcStub({ ...CHAIN, eth_chainId: () => "0x1" });
  expectRefusal(await refusal(writeSettings(temporaryFolder(), url)), 3, "chainIdMismatch", "31337", "chain 1");
});

test("no contract at an address", async () => {
  const registry = "0x2222222222222222222222222222222222222222";
  const url = await startRpcStub({ ...CHAIN, eth_getCode: ([address]) => (address === registry ? "0x" : "0x60") });
  expectRefusal(
    await refusal(writeSettings(temporaryFolder(), url)),
    3,
    "contractMissing",
    "decisionRegistry",
    registry,
  );
});

test("no identity key, and nothing is made on disk", async () => {
  const folder = temporaryFolder();
  expectRefusal(await refusal(writeSettings(folder, await startRpcStub(CHAIN))), 2, "identityMissing", "keys");
  expect(existsSync(join(folder, "data"))).toBe(false);
});

test("with an identity key: wrong passphrase, a locked folder, a taken port", async () => {
  const folder = temporaryFolder();
  const dataDir = join(folder, "data");
  storeIdentity(dataDir, testSecret("main"), passphraseBytes(PASSPHRASE));
  const url = await startRpcStub(CHAIN);
  expectRefusal(await refusal(writeSettings(folder, url), "wrong"), 2, "passphraseWrong");
  const database = openDatabase({ directory: dataDir });
  expectRefusal(await refusal(writeSettings(folder, url)), 3, "dataDirLocked", dataDir);
  database.close();
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  onTestFinished(() => void taken.close());
  const address = taken.address();
  const port = typeof address === "object" ? address?.port : undefined;
  expectRefusal(await refusal(writeSettings(folder, url, { http: { port } })), 3, "portTaken", `127.0.0.1:${port}`);
  const listen = `/ip4/127.0.0.1/tcp/${port}`;
  expectRefusal(await refusal(writeSettings(folder, url, { listen })), 3, "portTaken", listen);
});

test("a committer starts, keeps its passphrase to itself, ignores the inspector's signal and ends on SIGTERM", async () => {
  const folder = temporaryFolder();
  storeIdentity(join(folder, "data"), testSecret("main"), passphraseBytes(PASSPHRASE));
  const file = writeSettings(folder, await startRpcStub(CHAIN));
  const { child, ended } = start(["--settings", file], { SYNOD_PASSPHRASE: PASSPHRASE });
  let log = "";
  for await (const chunk of child.stdout) {
    log += chunk;
    if (log.includes("committer started")) break;
  }
  child.kill("SIGUSR1");
  child.kill("SIGTERM");
  const { code, stderr } = await ended;
  expect(code).toBe(0);
  expect(stderr).not.toContain("Debugger listening");
  expect(log).not.toContain(PASSPHRASE);
});
