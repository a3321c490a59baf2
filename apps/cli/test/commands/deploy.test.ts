import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEPLOYMENT_PROXY } from "@synod/sdk";
import { bytesToHex, createClient, http } from "viem";
import { getCode } from "viem/actions";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { devnetAccounts } from "../../src/devnet/devnet-accounts.ts";
import { rpcRequest } from "../../src/devnet/rpc-request.ts";
import { type DevnetChain, startChain } from "../../src/devnet/start-chain.ts";
import { runSynod } from "../run-synod.ts";

const recorded = JSON.parse(readFileSync(new URL("../../../../deployments/31337.json", import.meta.url), "utf8"));
const SYNOD_PRIVATE_KEY = bytesToHex(devnetAccounts().deployer.getHdKey().privateKey ?? new Uint8Array());

let cwd: string;
let chain: DevnetChain;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "synod-deploy-"));
  chain = await startChain({ port: 0, logFile: join(cwd, "chain.log"), signal: AbortSignal.timeout(60_000) });
});
afterAll(async () => {
  await chain.child.stop();
  rmSync(cwd, { recursive: true });
});

function deploy(...args: readonly string[]) {
  return runSynod(["deploy", "--rpc-url", chain.rpcUrl, ...args], { cwd, env: { SYNOD_PRIVATE_KEY } });
}

describe("synod deploy", () => {
  it("asks, and sends nothing where nobody can answer", async () => {
    const result = await deploy();
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain(`${recorded.contracts.DecisionRegistry.address}  to be deployed`);
    const { address } = recorded.contracts.CommitteeRegistry;
    expect(await getCode(createClient({ transport: http(chain.rpcUrl) }), { address })).toBeUndefined();
  });

  it("puts the proxy and both registries where this tree's record says, and writes such a record", async () => {
    // As on a chain that never had the proxy; startChain gives it one by hand.
    await rpcRequest(chain.rpcUrl, "hardhat_setCode", [DEPLOYMENT_PROXY.address, "0x"]);
    const result = await deploy("--yes", "--json");
    expect([result.exitCode, result.stderr]).toEqual([0, expect.stringContaining("deployment proxy")]);
    const file = join(cwd, "deployments", "31337.json");
    const written = JSON.parse(readFileSync(file, "utf8"));
    expect(JSON.parse(result.stdout)).toEqual(written);
    expect(written).toEqual(withBlocksOf(written, recorded));
    expect(statSync(file).mode & 0o777).toBe(0o644);
    const client = createClient({ transport: http(chain.rpcUrl) });
    const { PolicyEngine, CommitteeRegistry, DecisionRegistry } = written.contracts;
    for (const { address, blockNumber } of [PolicyEngine, CommitteeRegistry, DecisionRegistry]) {
      expect(await getCode(client, { address })).toMatch(/^0x60/);
      expect(blockNumber).toBeGreaterThan(0);
    }
  });

  it("changes nothing the second time, and keeps the block numbers", async () => {
    const file = join(cwd, "deployments", "31337.json");
    const before = readFileSync(file, "utf8");
    const result = await deploy("--yes");
    expect([result.exitCode, result.stderr]).toEqual([0, expect.stringContaining("stands already")]);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("leaves block numbers out that it does not know", async () => {
    const result = await deploy("--yes", "--json", "--out", "elsewhere.json");
    expect(result.exitCode).toBe(0);
    expect(JSON.parse(result.stdout).contracts.CommitteeRegistry).not.toHaveProperty("blockNumber");
  });

  it("does not overwrite a record that it cannot read", async () => {
    const file = join(cwd, "broken.json");
    writeFileSync(file, JSON.stringify({ ...recorded, chainId: "31337" }));
    const result = await deploy("--yes", "--out", "broken.json");
    expect([result.exitCode, result.stderr]).toEqual([2, expect.stringContaining("chainId")]);
  });

  it("wants a key, and an endpoint that answers", async () => {
    const keyless = await runSynod(["deploy", "--rpc-url", chain.rpcUrl, "--yes"], { cwd });
    expect([keyless.exitCode, keyless.stderr]).toEqual([2, expect.stringContaining("SYNOD_PRIVATE_KEY")]);
    const args = ["deploy", "--rpc-url", "http://127.0.0.1:9", "--yes", "--out", "none.json"];
    const unreachable = await runSynod(args, { cwd, env: { SYNOD_PRIVATE_KEY } });
    expect([unreachable.exitCode, unreachable.stderr]).toEqual([3, expect.stringContaining("http://127.0.0.1:9")]);
    expect(existsSync(join(cwd, "none.json"))).toBe(false);
  });
});

/** The record with the block numbers of another, which depend on when it was made. */
function withBlocksOf(source: typeof recorded, target: typeof recorded): unknown {
  const { PolicyEngine, CommitteeRegistry, DecisionRegistry } = target.contracts;
  const contracts = {
    PolicyEngine: { ...PolicyEngine, blockNumber: source.contracts.PolicyEngine.blockNumber },
    CommitteeRegistry: { ...CommitteeRegistry, blockNumber: source.contracts.CommitteeRegistry.blockNumber },
    DecisionRegistry: { ...DecisionRegistry, blockNumber: source.contracts.DecisionRegistry.blockNumber },
  };
  return { ...target, contracts };
}
