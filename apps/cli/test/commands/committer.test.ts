import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestVault } from "@synod/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePorts } from "../../src/devnet/ports.ts";
import { startStage, type TestStage } from "../devnet/stage.ts";
import { runSynod, spawnSynod } from "../run-synod.ts";

const env = { SYNOD_PASSPHRASE: "a committer made by a test" };
const LISTEN = "/ip4/127.0.0.1/tcp/0";
let cwd: string;
let stage: TestStage;
let httpPort: string;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "synod-committer-"));
  stage = await startStage(join(cwd, "stage"));
  httpPort = String((await freePorts(1))[0]);
});
afterAll(async () => {
  await stage.chain.child.stop();
  rmSync(cwd, { recursive: true });
});

function registries(): readonly string[] {
  const { committeeRegistry, decisionRegistry } = stage.contracts;
  return ["--committee-registry", committeeRegistry, "--decision-registry", decisionRegistry];
}

function init(...args: readonly string[]) {
  const told = ["committer", "init", "--rpc-url", stage.chain.rpcUrl, "--listen", LISTEN, "--http-port", httpPort];
  return runSynod([...told, ...args], { cwd, env });
}

/** The committer's status as soon as it says that it is ready. */
async function readyStatus(attempts = 100) {
  for (let attempt = 1; ; attempt += 1) {
    const status = await runSynod(["committer", "status", "--url", `http://127.0.0.1:${httpPort}`], { cwd });
    if (status.exitCode === 0 || attempt === attempts) return status;
  }
}

describe("synod committer init", () => {
  it("makes a folder from which a committer with two providers starts, which then tells its status", async () => {
    const second = `${stage.chain.rpcUrl}/?second`;
    const made = await init("--folder", "mine", "--rpc-url", second, ...registries(), "--json");
    expect([made.exitCode, made.stderr]).toEqual([0, ""]);
    const { identity } = JSON.parse(made.stdout);
    expect(readdirSync(join(cwd, "mine")).toSorted()).toEqual(["data", "rules.json", "settings.json"]);
    expect(statSync(join(cwd, "mine")).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(join(cwd, "mine", "rules.json"), "utf8"))).toMatchObject({ default: "reject" });
    const providers = [{ httpUrl: stage.chain.rpcUrl }, { httpUrl: second }];
    const settings = readFileSync(join(cwd, "mine", "settings.json"), "utf8");
    expect(JSON.parse(settings)).toMatchObject({ chain: { providers } });

    const started = spawnSynod(["committer", "start", "--settings", "mine/settings.json"], { cwd, env });
    started.stdout.resume();
    const { exitCode, stdout } = await readyStatus();
    started.kill("SIGTERM");
    await once(started, "exit");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ready +yes$/m);
    expect(stdout).toMatch(new RegExp(`^address +${identity.address}$`, "m"));
    expect(stdout).toMatch(/^providers +2 of 2 must agree: (127\.0\.0\.1:\d+) at \d+, \1-2 at \d+$/m);
    expect(stdout).toMatch(/^audit head +0:0x0{64}$/m);
  });

  it("makes a folder whose key can be moved to a Vault before the first start", async () => {
    const vault = await startTestVault();
    const tokenFile = join(cwd, "token");
    writeFileSync(tokenFile, vault.token);
    const place = ["--vault-url", vault.url, "--vault-path", "synod/one", "--vault-token-file", tokenFile];
    const created = await runSynod(["keys", "create", ...place, "--json"], { cwd, env });
    expect([created.exitCode, created.stderr]).toEqual([0, ""]);
    await init("--folder", "vaulted", ...registries());
    rmSync(join(cwd, "vaulted", "data", "keys"), { recursive: true });
    const file = join(cwd, "vaulted", "settings.json");
    const { url, mount } = vault;
    const keystore = { kind: "vault", url, mount, path: "synod/one", tokenFile };
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, "utf8")), keystore }));

    const started = spawnSynod(["committer", "start", "--settings", file], { cwd, env });
    started.stdout.resume();
    const { exitCode, stdout } = await readyStatus();
    started.kill("SIGTERM");
    await once(started, "exit");
    await vault.stop();
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(JSON.parse(created.stdout).address)]);
    expect(existsSync(join(cwd, "vaulted", "data", "keys"))).toBe(false);
  });

  it("leaves a folder with something in it as it is", async () => {
    mkdirSync(join(cwd, "used"));
    writeFileSync(join(cwd, "used", "note"), "mine");
    const refused = await init("--folder", "used", ...registries());
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining("the folder is there already")]);
    expect(readdirSync(join(cwd, "used"))).toEqual(["note"]);
  });

  it("leaves nothing behind when it is refused", async () => {
    const nowhere = `0x${"12".repeat(20)}`;
    const attempts: readonly (readonly [readonly string[], number, string])[] = [
      [["--folder", "new", "--committee-registry", nowhere, "--decision-registry", nowhere], 3, "no contract at"],
      [["--folder", "new"], 2, "not known where the registries stand"],
      [["--folder", "absent/new", ...registries()], 2, "no such folder"],
      [["--folder", "new", ...registries(), "--listen", "localhost:9001"], 2, "multiaddr"],
      [["--folder", "new", ...registries(), "--finality", "depth:0"], 2, "depth:<blocks>"],
      [["--folder", "new", ...registries(), "--rpc-url", "http://127.0.0.1:9"], 3, "http://127.0.0.1:9"],
      [["--folder", "new", ...registries(), "--rpc-url", stage.chain.rpcUrl], 2, "no second opinion"],
    ];
    for (const [args, exitCode, expected] of attempts) {
      const refused = await init(...args);
      expect([refused.exitCode, refused.stderr], args.join(" ")).toEqual([exitCode, expect.stringContaining(expected)]);
    }
    const bare = ["committer", "init", "--rpc-url", stage.chain.rpcUrl, "--listen", LISTEN, "--folder", "new"];
    const keyless = await runSynod([...bare, ...registries()], { cwd });
    expect([keyless.exitCode, keyless.stderr]).toEqual([2, expect.stringContaining("SYNOD_PASSPHRASE")]);
    expect(existsSync(join(cwd, "new"))).toBe(false);
    expect(readdirSync(cwd).filter((name) => name.includes("new"))).toEqual([]);
  });

  it("writes finality as it was told", async () => {
    expect((await init("--folder", "deep", ...registries(), "--finality", "depth:12")).exitCode).toBe(0);
    const { chain } = JSON.parse(readFileSync(join(cwd, "deep", "settings.json"), "utf8"));
    expect(chain.finality).toEqual({ kind: "depth", depthBlocks: 12 });
  });
});

describe("synod committer status", () => {
  it("says when nobody answers", async () => {
    const status = await runSynod(["committer", "status", "--url", `http://127.0.0.1:${httpPort}`], { cwd });
    expect([status.exitCode, status.stderr]).toEqual([3, expect.stringContaining("no committer answers")]);
  });

  it("shows a committer that is not ready, and ends with 1", async () => {
    const answers: Readonly<Record<string, object>> = {
      "/readyz": { ready: false, missing: ["chain: catching up, no blocks are processed"] },
      "/status": {
        self: { address: "0xabc", listen: LISTEN },
        chain: { finality: "unknown", rpcQuorum: 1, providers: [{ name: "near" }] },
        epochs: [],
        audit: { length: 0, hash: "0x" },
        alarms: [{ alarm: "rpcUnreachable", reason: "it is down" }],
      },
    };
    const server = createServer(({ url = "" }, response) => response.end(JSON.stringify(answers[url]))).listen(0);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const status = await runSynod(["committer", "status", "--url", `http://127.0.0.1:${port}`], { cwd });
    server.close();
    expect([status.exitCode, status.stderr]).toEqual([1, expect.stringContaining("catching up")]);
    expect(status.stdout).toMatch(/^providers +1 of 1 must agree: near at none$/m);
    expect(status.stdout).toMatch(/^alarm rpcUnreachable +it is down$/m);
  });

  it("says when something else answers", async () => {
    const status = await runSynod(["committer", "status", "--url", stage.chain.rpcUrl], { cwd });
    expect(status.exitCode).toBe(3);
  });
});
