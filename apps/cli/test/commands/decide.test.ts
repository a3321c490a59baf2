import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { carryOut, startStage, type TestStage } from "../devnet/stage.ts";
import { type RunResult, runSynod, spawnSynod } from "../run-synod.ts";

let cwd: string;
let stage: TestStage;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "synod-decide-"));
  stage = await startStage(cwd);
});
afterAll(async () => {
  await stage.chain.child.stop();
  rmSync(cwd, { recursive: true });
});

function synod(command: string, ...args: readonly string[]): Promise<RunResult> {
  return runSynod([command, "--deployment", stage.deploymentFile, ...args], { cwd });
}

async function submittedId(...args: readonly string[]): Promise<`0x${string}`> {
  const { stdout, stderr, exitCode } = await synod("decide", ...args, "--yes", "--json");
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
  return JSON.parse(stdout).decisionId;
}

describe("synod decide", () => {
  it("decodes the payload back for the person before it asks", async () => {
    const result = await synod("decide", "--token", "TEST", "--to", "payee", "--amount", "12.5");
    const { payee } = stage.deployment.accounts;
    expect(result.stderr).toContain(`transfer 12.5 TEST (token ${stage.contracts.token.address}) to ${payee?.address}`);
    expect(result.stderr).toContain(`vault    ${stage.agent.vault} on chain 31337`);
    expect(result.stderr).toContain("at most 12.5 TEST");
  });

  it("submits nothing without --yes where nobody can answer", async () => {
    const before = await synod("status", "--json");
    const result = await synod("decide", "--to", "payee", "--value", "0.1");
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("--yes");
    const after = await synod("status", "--json");
    expect(JSON.parse(after.stdout).decisions).toEqual(JSON.parse(before.stdout).decisions);
  });

  it("submits from flags, and the chain holds what was shown", async () => {
    const decisionId = await submittedId("--to", "payee", "--value", "0.25");
    const { stdout } = await synod("status", decisionId, "--json");
    const decision = JSON.parse(stdout);
    expect(decision).toMatchObject({ id: decisionId, state: "Pending", agentId: stage.agent.id });
    expect(decision.action.calls).toEqual([
      { target: stage.deployment.accounts.payee?.address, value: "250000000000000000", data: "0x" },
    ]);
  });

  it("submits a decision of a file by its name", async () => {
    const decisions = ["first", "second"].map((name, index) => ({
      name,
      calls: [{ token: "TEST", to: "payee", amount: String(index + 1) }],
    }));
    const file = join(cwd, "decisions.json");
    writeFileSync(file, JSON.stringify({ version: 1, decisions }));
    const decisionId = await submittedId("--file", file, "--name", "second");
    const { stdout } = await synod("status", decisionId);
    expect(stdout).toMatch(/call 1 +transfer 2 TEST/);
  });

  it("binds a decision to another's execution and to the agent's history, when told", async () => {
    const first = await submittedId("--to", "payee", "--value", "0.1");
    const second = await submittedId("--to", "payee", "--value", "0.2", "--after", first, "--bound");
    const { stdout } = await synod("status", second, "--json");
    expect(JSON.parse(stdout)).toMatchObject({ predecessor: first, expectedSequence: "0" });
    expect((await synod("status", second)).stdout).toMatch(new RegExp(`after +${first}`));
  });

  it("refuses to follow what is no decision", async () => {
    const result = await synod("decide", "--to", "payee", "--value", "1", "--after", "0x12", "--yes");
    expect(result.exitCode).not.toBe(0);
    expect(result.stderr).toContain("--after");
  });

  it("waits until the decision is executed", async () => {
    const args = ["decide", "--deployment", stage.deploymentFile, "--to", "payee", "--value", "0.5", "--yes", "--wait"];
    const child = spawnSynod([...args, "--json"], { cwd });
    const exited = new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? -1)));
    const chunks: string[] = [];
    child.stdout.on("data", (chunk) => chunks.push(String(chunk)));
    for await (const line of createInterface(child.stderr)) {
      const decisionId = /submit: decision (0x[0-9a-f]{64})/.exec(line)?.[1];
      if (decisionId !== undefined) await carryOut(stage, `0x${decisionId.slice(2)}`);
    }
    expect(await exited).toBe(0);
    expect(JSON.parse(chunks.join(""))).toMatchObject({ state: "Executed", result: { reply: true } });
  });

  it("takes the key of SYNOD_PRIVATE_KEY, and refuses one that is none", async () => {
    const args = ["decide", "--deployment", stage.deploymentFile, "--to", "payee", "--value", "1", "--yes", "--json"];
    const { privateKey, address } = stage.deployment.accounts.stranger ?? {};
    const own = await runSynod(args, { cwd, env: { SYNOD_PRIVATE_KEY: privateKey ?? "" } });
    const { stdout } = await synod("status", JSON.parse(own.stdout).decisionId, "--json");
    expect(JSON.parse(stdout).submitter).toBe(address);
    const none = await runSynod(args, { cwd, env: { SYNOD_PRIVATE_KEY: "0x12" } });
    expect([none.exitCode, JSON.parse(none.stderr.trimEnd().split("\n").at(-1) ?? "").error.code]).toEqual([
      2,
      "KEY_MISSING",
    ]);
    expect(none.stderr).not.toContain("0x12");
  });
});

describe("synod status", () => {
  it("shows the deployment as aligned tables", async () => {
    const { stdout, exitCode } = await synod("status");
    expect(exitCode).toBe(0);
    expect(stdout).toContain(stage.contracts.decisionRegistry);
    expect(stdout).toMatch(
      new RegExp(`^${stage.committee.id}  1 Active +2 +2 +2  ${stage.committee.group.address}$`, "m"),
    );
    expect(stdout).toContain(stage.agent.vault);
  });

  it("says that a decision does not exist", async () => {
    const { exitCode, stderr } = await synod("status", `0x${"00".repeat(32)}`);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^synod: [^\n]*DecisionUnknown[^\n]*\n$/);
  });
});

describe("synod watch", () => {
  it("prints a decision's events as they happen, and ends well when it is stopped", async () => {
    const child = spawnSynod(["watch", "--deployment", stage.deploymentFile, "--json"], { cwd });
    const exited = new Promise<number>((resolve) => child.once("exit", (code) => resolve(code ?? -1)));
    const seen: string[] = [];
    child.stderr.once(
      "data",
      () => void submittedId("--to", "payee", "--value", "0.125").then((id) => carryOut(stage, id)),
    );
    for await (const line of createInterface(child.stdout)) {
      seen.push(JSON.parse(line).event);
      if (seen.at(-1) === "DecisionExecuted") child.kill("SIGINT");
    }
    expect(seen).toEqual(["DecisionSubmitted", "DecisionApproved", "DecisionExecuted"]);
    expect(await exited).toBe(0);
  });
});
