import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exampleDeployment } from "../deployment/example-deployment.ts";
import { type RunResult, runSynod, spawnSynod } from "../run-synod.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "synod-cli-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function write(name: string, content: unknown): string {
  const file = join(cwd, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

function run(...args: readonly string[]): Promise<RunResult> {
  return runSynod(args, { cwd });
}

/** One line on standard error that holds all the parts, nothing on standard output, and the exit code. */
function expectRefusal(result: RunResult, exitCode: number, ...parts: readonly string[]): void {
  expect(result.stdout).toBe("");
  expect(result.stderr).toMatch(/^synod: [^\n]+\n$/);
  for (const part of parts) expect(result.stderr).toContain(part);
  expect(result.exitCode).toBe(exitCode);
}

const PAYMENT = ["decide", "--to", "submitter", "--value", "1", "--yes"] as const;

describe("a missing or malformed deployment file", () => {
  it.each([["status"], ["watch"], PAYMENT])("ends %s with where it was looked for and what to do", async (...args) => {
    expectRefusal(await run(...args), 2, join(cwd, ".synod/devnet/deployment.json"), "synod devnet");
  });

  it("names the field that is wrong", async () => {
    const file = write("deployment.json", { ...exampleDeployment, chainId: "31337" });
    expectRefusal(await run("status", "--deployment", file), 2, file, "chainId");
  });

  it("tells the same as one line of JSON with --json", async () => {
    const { stderr, stdout, exitCode } = await run("status", "--json");
    expect(JSON.parse(stderr)).toMatchObject({
      error: {
        code: "DEPLOYMENT_MISSING",
        what: expect.any(String),
        where: expect.any(String),
        remedy: expect.any(String),
      },
    });
    expect(stderr.trimEnd()).not.toContain("\n");
    expect([stdout, exitCode]).toEqual(["", 2]);
  });
});

describe("a malformed decision file", () => {
  const payment = { name: "a", calls: [{ to: "submitter", value: "1" }] };

  it.each([
    ["text that is not JSON", "{", "JSON"],
    ["another version", { version: 2, decisions: [payment] }, "version"],
    ["no decisions", { version: 1, decisions: [] }, "decisions"],
    ["a decision without calls", { version: 1, decisions: [{ name: "a", calls: [] }] }, "decisions.0.calls"],
    ["an unknown field", { version: 1, decisions: [{ ...payment, cals: 1 }] }, "cals"],
    [
      "an amount that is a number",
      { version: 1, decisions: [{ name: "a", calls: [{ to: "x", value: 1 }] }] },
      "calls.0",
    ],
    ["two decisions and no choice", { version: 1, decisions: [payment, { ...payment, name: "b" }] }, "--name"],
  ])("with %s is refused before anything is sent", async (_name, content, part) => {
    const deployment = write("deployment.json", exampleDeployment);
    const file = write("decision.json", content);
    expectRefusal(await run("decide", "--deployment", deployment, "--file", file, "--yes"), 2, file, part);
  });

  it("that is missing is named", async () => {
    const deployment = write("deployment.json", exampleDeployment);
    const result = await run("decide", "--deployment", deployment, "--file", "none.json", "--yes");
    expectRefusal(result, 2, join(cwd, "none.json"));
  });
});

describe("flags that make no action", () => {
  it.each([
    [[], "nothing to decide"],
    [["--to", "submitter"], "--to"],
    [["--to", "submitter", "--value", "1", "--token", "TEST"], "no single action"],
    [["--to", "submitter", "--value", "1e18"], "1e18"],
    [["--to", "0x12", "--value", "1"], "0x12"],
    [["--token", "NONE", "--to", "submitter", "--amount", "1"], "NONE"],
    [["--target", "submitter", "--data", "0x123"], "0x123"],
    [["--to", "submitter", "--value", "1", "--agent", "nobody"], "nobody"],
  ])("%j", async (flags, part) => {
    const deployment = write("deployment.json", exampleDeployment);
    expectRefusal(await run("decide", "--deployment", deployment, ...flags, "--yes"), 2, part);
  });
});

describe("the submitter's key", () => {
  it.each([
    ["is missing", undefined, "no key to send with"],
    ["is too short", "0x12", "32 bytes"],
    ["is no scalar of the curve", `0x${"0".repeat(64)}`, "secp256k1"],
  ])("is asked for when it %s", async (_name, key, part) => {
    const accounts = { payee: { address: exampleDeployment.decisionRegistry } };
    const deployment = write("deployment.json", { ...exampleDeployment, accounts });
    const args = ["decide", "--deployment", deployment, "--to", "payee", "--value", "1", "--yes"];
    const result = await runSynod(args, { cwd, env: key === undefined ? {} : { SYNOD_PRIVATE_KEY: key } });
    expectRefusal(result, 2, part, "SYNOD_PRIVATE_KEY");
  });
});

describe("usage", () => {
  it.each([
    [["bogus"], "bogus"],
    [["status", "--bogus"], "--bogus"],
    [[], "no command"],
    [["committer"], "no command"],
    [["committer", "start"], "--settings"],
    [["committer", "start", "--settings", "none.json"], "none.json"],
    [["committer", "refresh", "--settings", "s.json", "--committee", "0x12", "--epoch", "1"], "--committee"],
    [
      ["committer", "refresh", "--settings", "none.json", "--committee", `0x${"c1".repeat(32)}`, "--epoch", "1"],
      "none.json",
    ],
    [["committer", "backup", "--settings", "s.json", "--committee", "0x12", "--out", "b"], "--committee"],
    [["committer", "restore", "--settings", "none.json", "--from", "b"], "none.json"],
    [["devnet", "--committers", "x"], "--committers"],
    [["devnet", "--committers", "1"], "--committers"],
    [["devnet", "--committers", "4", "--quorum", "2"], "--quorum"],
    [["devnet", "--min-signers", "5"], "--min-signers"],
    [["devnet", "--port", "65536"], "65535"],
    [["keys", "create"], "--data-dir"],
  ])("%j is refused", async (args, part) => {
    expectRefusal(await run(...args), 2, part);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("prints help on standard output", async () => {
    const { exitCode, stdout, stderr } = await run("--help");
    expect([exitCode, stderr]).toEqual([0, ""]);
    for (const command of ["devnet", "decide", "status", "watch", "committer", "keys", "demo"])
      expect(stdout).toContain(command);
  });
});

describe("keys inspect", () => {
  it("asks for the passphrase, and for a folder that has keys", async () => {
    expectRefusal(await run("keys", "inspect", "--data-dir", "data"), 2, "SYNOD_PASSPHRASE_FILE");
    const env = { SYNOD_PASSPHRASE: "open" };
    const deployment = write("deployment.json", exampleDeployment);
    const args = ["keys", "inspect", "--data-dir", "data", "--deployment", deployment];
    expectRefusal(await runSynod(args, { cwd, env }), 2, join(cwd, "data/keys"));
  });
});

describe("the environment", () => {
  it("is named when no chain answers", async () => {
    const deployment = write("deployment.json", { ...exampleDeployment, rpcUrl: "http://127.0.0.1:9" });
    expectRefusal(await run("status", "--deployment", deployment), 3, "http://127.0.0.1:9", "start the chain");
  });

  it("is named when another chain answers", async () => {
    const server = createServer((_request, response) => response.end('{"jsonrpc":"2.0","id":1,"result":"0x1"}'));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const rpcUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const deployment = write("deployment.json", { ...exampleDeployment, rpcUrl });
    expectRefusal(await run("status", "--deployment", deployment), 3, rpcUrl, "id 1", "31337");
    server.close();
  });

  it("is named when the chain goes away under watch, which then ends", async () => {
    const polled = Promise.withResolvers<void>();
    const server = createServer(async (request, response) => {
      const { id, method } = JSON.parse(await text(request)) as { id: number; method: string };
      const isPoll = method === "eth_getFilterChanges";
      const result = isPoll ? [] : "0x7a69";
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result }));
      if (isPoll) polled.resolve();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const rpcUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const child = spawnSynod(["watch", "--deployment", write("deployment.json", { ...exampleDeployment, rpcUrl })], {
      cwd,
    });
    const exited = once(child, "exit");
    const said = text(child.stderr);
    await polled.promise;
    server.close();
    server.closeAllConnections();
    expect((await exited)[0]).toBe(3);
    expect(await said).toContain(rpcUrl);
  }, 20_000);

  it("is named when the devnet's port is taken, and nothing is written", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expectRefusal(await run("devnet", "--port", String(port)), 3, `port ${port}`, "--port");
    expect(existsSync(join(cwd, ".synod"))).toBe(false);
    server.close();
  });

  it("is not touched when the devnet's folder holds other things", async () => {
    mkdirSync(join(cwd, "mine"));
    writeFileSync(join(cwd, "mine", "thesis.txt"), "work");
    expectRefusal(await run("devnet", "--port", "0", "--dir", "mine"), 2, join(cwd, "mine"), "--dir");
    expect(readdirSync(join(cwd, "mine"))).toEqual(["thesis.txt"]);
  });
});

describe("faults that cannot be brought about", () => {
  it("are refused before anything starts, with the names that there are", async () => {
    expectRefusal(await run("devnet", "--chaos", "crash,meteor"), 2, "meteor", "--chaos", "crash, partition");
    expect(existsSync(join(cwd, ".synod"))).toBe(false);
  });

  it.each([
    ["--seed", "7"],
    ["--report", "report.json"],
  ])("%s is refused where there are no faults", async (...args) => {
    expectRefusal(await run("devnet", ...args), 2, args[0], "--chaos");
  });
});
