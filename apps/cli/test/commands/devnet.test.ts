import { type ChildProcess, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeployedMember, Deployment } from "../../src/deployment/deployment.ts";
import { readDeployment } from "../../src/deployment/read-deployment.ts";
import { pollUntil } from "../../src/devnet/poll-until.ts";
import { EXAMPLES_FOLDER } from "../../src/repository-paths.ts";
import { type RunResult, runSynod, spawnSynod } from "../run-synod.ts";

let cwd: string;
let devnet: ChildProcess;
let deployment: Deployment;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "synod-devnet-"));
  const child = spawnSynod(["devnet", "--json", "--port", "0", "--committers", "3", "--dir", "net"], { cwd });
  devnet = child;
  let log = "";
  child.stderr.on("data", (chunk) => {
    log += String(chunk);
  });
  deployment = await printedDeployment(child.stdout).catch((error: unknown) => expect.fail(`${error}\n${log}`));
});
afterAll(async () => {
  if (devnet.exitCode === null) {
    devnet.kill("SIGINT");
    await once(devnet, "exit");
  }
  rmSync(cwd, { recursive: true });
});

async function printedDeployment(stdout: AsyncIterable<unknown>): Promise<Deployment> {
  let text = "";
  for await (const chunk of stdout) {
    text += String(chunk);
    if (text.endsWith("}\n")) break;
  }
  return JSON.parse(text);
}

function synod(command: string, ...args: readonly string[]): Promise<RunResult> {
  return runSynod([command, "--deployment", "net/deployment.json", "--json", ...args], { cwd });
}

function member(index: number): DeployedMember {
  const found = deployment.committees[0]?.members[index];
  if (found === undefined) expect.fail(`there is no member ${index}`);
  return found;
}

function isRunning(pid: number): boolean {
  return spawnSync("kill", ["-0", String(pid)]).status === 0;
}

async function answers(httpUrl: string): Promise<true | undefined> {
  const response = await fetch(`${httpUrl}/healthz`).catch(() => undefined);
  return response?.ok === true ? true : undefined;
}

describe("synod devnet", () => {
  it("writes the deployment it prints, for its owner only", () => {
    const file = join(cwd, "net", "deployment.json");
    expect(readDeployment(file)).toEqual(deployment);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(deployment.committees[0]).toMatchObject({ epoch: 1, minSigners: 2, quorum: 2 });
  });

  it("runs every committer as a process of its own", () => {
    const pids = [0, 1, 2].map((index) => member(index).pid ?? 0);
    expect(new Set(pids).size).toBe(3);
    for (const pid of pids) expect(isRunning(pid)).toBe(true);
  });

  it("decides: the example payment is executed, and who attested and signed is told", async () => {
    const file = join(EXAMPLES_FOLDER, "payment.json");
    const decided = await synod("decide", "--file", file, "--yes", "--wait");
    expect(decided.exitCode).toBe(0);
    const { id, state, result } = JSON.parse(decided.stdout);
    expect([state, result.reply]).toEqual(["Executed", true]);
    const { stdout } = await synod("status", id);
    const status = JSON.parse(stdout);
    expect(status.result.attesters.length).toBeGreaterThanOrEqual(2);
    expect(status.signers).toHaveLength(2);
    expect(status.committers).toHaveLength(3);
  });

  it("ends decide --wait with 1 when the lobe rejects", async () => {
    const args = ["--token", "TEST", "--to", "stranger", "--amount", "1", "--yes", "--wait"];
    const { exitCode, stdout, stderr } = await synod("decide", ...args);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).state).toBe("Rejected");
    expect(stderr).toContain("EXPECTATION_FAILED");
  });

  it("gives every committer one share of the same group key", async () => {
    const { dataDir, passphraseFile } = member(1);
    const args = ["keys", "inspect", "--data-dir", dataDir, "--deployment", "net/deployment.json", "--json"];
    const { stdout, exitCode } = await runSynod(args, { cwd, env: { SYNOD_PASSPHRASE_FILE: passphraseFile } });
    expect(exitCode).toBe(0);
    const [identity, share, ...more] = JSON.parse(stdout);
    expect(more).toEqual([]);
    expect(identity).toMatchObject({ kind: "identity", address: member(1).address });
    const { id, groupAddress } = deployment.committees[0] ?? {};
    expect(share).toMatchObject({
      kind: "share",
      committeeId: id,
      epoch: "1",
      memberIndex: 1,
      minSigners: 2,
      members: 3,
      groupAddress,
    });
  });

  it("refuses a second devnet in the same folder", async () => {
    const second = await runSynod(["devnet", "--port", "0", "--dir", "net"], { cwd });
    expect(second.exitCode).toBe(2);
    expect(second.stderr).toMatch(/^synod: [^\n]*still runs[^\n]*\n$/);
    expect(existsSync(join(cwd, "net", "deployment.json"))).toBe(true);
  });
});

describe("synod committer start", () => {
  it("starts a killed committer again from its settings, and ends well when it is stopped", async () => {
    const { pid, httpUrl, settingsFile, passphraseFile } = member(2);
    spawnSync("kill", ["-9", String(pid)]);
    const args = ["committer", "start", "--settings", settingsFile];
    const child = spawnSynod(args, { cwd, env: { SYNOD_PASSPHRASE_FILE: passphraseFile } });
    child.stdout.resume();
    const options = { intervalMs: 100, timeoutMs: 30_000, signal: AbortSignal.timeout(60_000) };
    expect(await pollUntil(() => answers(httpUrl), options)).toBe(true);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("ends as the committer does when its settings are wrong, with its one line", async () => {
    const { settingsFile } = member(2);
    const { exitCode, stderr } = await runSynod(["committer", "start", "--settings", settingsFile], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toContain("passphrase");
  });
});

describe("stopping a devnet", () => {
  it("ends every process and removes the folder", async () => {
    const log = readFileSync(join(cwd, "net", "chain.log"), "utf8");
    expect(log).toContain(new URL(deployment.rpcUrl).host);
    devnet.kill("SIGINT");
    expect(await once(devnet, "exit")).toEqual([0, null]);
    for (const index of [0, 1, 2]) expect(isRunning(member(index).pid ?? 0)).toBe(false);
    await expect(fetch(deployment.rpcUrl)).rejects.toThrow();
    expect(existsSync(join(cwd, "net"))).toBe(false);
  });
});

describe("stopping a devnet that is still starting", () => {
  it("ends what was started, in one line", async () => {
    const child = spawnSynod(["devnet", "--port", "0", "--dir", "early"], { cwd });
    const exited = once(child, "exit");
    const lines: string[] = [];
    for await (const line of createInterface(child.stderr)) {
      lines.push(line);
      if (line.startsWith("ok   start the chain")) child.kill("SIGINT");
    }
    expect(await exited).toEqual([1, null]);
    expect(lines.at(-1)).toMatch(/^synod: interrupted/);
    const rpcUrl = lines.join("\n").match(/http:\/\/[\d.:]+/)?.[0] ?? "";
    await expect(fetch(rpcUrl)).rejects.toThrow();
    expect(existsSync(join(cwd, "early", "deployment.json"))).toBe(false);
  });
});
