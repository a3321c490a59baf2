import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPublicClient, http } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAccountClient } from "../../src/chain/account-client.ts";
import { readDecisionFile } from "../../src/decision/decision-file.ts";
import { deployContracts } from "../../src/devnet/deploy-contracts.ts";
import { devnetAccounts } from "../../src/devnet/devnet-accounts.ts";
import { type DevnetChain, startChain } from "../../src/devnet/start-chain.ts";
import { EXAMPLES_FOLDER } from "../../src/repository-paths.ts";

let folder: string;
let chain: DevnetChain;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "synod-chain-"));
  chain = await startChain({ port: 0, logFile: join(folder, "chain.log"), signal: AbortSignal.timeout(60_000) });
});
afterAll(async () => {
  await chain.child.stop();
  rmSync(folder, { recursive: true });
});

describe("startChain", () => {
  it("mines by itself, so that time moves without transactions", async () => {
    const client = createPublicClient({ transport: http(chain.rpcUrl), pollingInterval: 50 });
    const first = await client.getBlockNumber();
    const later = await new Promise<bigint>((resolve) => {
      const unwatch = client.watchBlockNumber({
        onBlockNumber: (blockNumber) => {
          if (blockNumber < first + 2n) return;
          unwatch();
          resolve(blockNumber);
        },
      });
    });
    expect(later).toBeGreaterThan(first);
  });

  it("refuses a port that is taken", async () => {
    const port = Number(new URL(chain.rpcUrl).port);
    const second = startChain({ port, logFile: join(folder, "second.log"), signal: AbortSignal.timeout(60_000) });
    await expect(second).rejects.toMatchObject({ report: { code: "PORT_TAKEN" } });
  });

  it("ends when it is stopped", async () => {
    const other = await startChain({
      port: 0,
      logFile: join(folder, "other.log"),
      signal: AbortSignal.timeout(60_000),
    });
    expect(other.child.isRunning()).toBe(true);
    await other.child.stop();
    expect(other.child.isRunning()).toBe(false);
  });
});

describe("the examples", () => {
  it("name the token and the accounts that every devnet has", async () => {
    const accounts = devnetAccounts();
    const { token } = await deployContracts(createAccountClient(chain, accounts.deployer));
    const rules = readFileSync(join(EXAMPLES_FOLDER, "rules.json"), "utf8");
    for (const address of [token.address, accounts.payee.address, accounts.submitter.address])
      expect(rules).toContain(address);
    for (const file of ["decisions.json", "payment.json"])
      expect(readDecisionFile(join(EXAMPLES_FOLDER, file)).length).toBeGreaterThan(0);
  });
});
