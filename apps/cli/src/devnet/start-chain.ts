import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DEPLOYMENT_PROXY } from "@synod/sdk";
import { CliError } from "../errors/cli-error.ts";
import { CONTRACTS_FOLDER } from "../repository-paths.ts";
import { type Child, startChild } from "./child-process.ts";
import { pollUntil } from "./poll-until.ts";
import { requireFreePort } from "./ports.ts";
import { rpcRequest } from "./rpc-request.ts";

/** A development chain in a process of its own. */
export type DevnetChain = {
  readonly chainId: number;
  readonly rpcUrl: string;
  readonly webSocketUrl: string;
  readonly child: Child;
};

/** How the chain is started. */
export type ChainOptions = {
  /** TCP port on 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  readonly logFile: string;
  readonly signal: AbortSignal;
};

/** Chain id of the development chain. */
export const DEVNET_CHAIN_ID = 31_337;

/** A block is mined so often, besides those for transactions, in milliseconds. */
export const BLOCK_INTERVAL_MS = 1_000;
const START_TIMEOUT_MS = 60_000;

/**
 * Starts a Hardhat chain that mines at once on a transaction and otherwise once a second, so that time moves, and that
 * has the deterministic deployment proxy from the beginning, as other chains do.
 * Side effects: starts a process. Errors: PORT_TAKEN, CHAIN_START_FAILED.
 */
export async function startChain(options: ChainOptions): Promise<DevnetChain> {
  if (options.port !== 0) await requireFreePort(options.port);
  const child = startChild({
    args: [hardhatMain(), "node", "--hostname", "127.0.0.1", "--port", String(options.port)],
    cwd: CONTRACTS_FOLDER,
    logFile: options.logFile,
  });
  try {
    const authority = await listeningAuthority(child, options);
    const rpcUrl = `http://${authority}`;
    await rpcRequest(rpcUrl, "hardhat_setLoggingEnabled", [false]);
    await rpcRequest(rpcUrl, "hardhat_setCode", [DEPLOYMENT_PROXY.address, DEPLOYMENT_PROXY.runtimeCode]);
    await rpcRequest(rpcUrl, "evm_setIntervalMining", [BLOCK_INTERVAL_MS]);
    return { chainId: DEVNET_CHAIN_ID, rpcUrl, webSocketUrl: `ws://${authority}`, child };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

function hardhatMain(): string {
  const manifest = createRequire(join(CONTRACTS_FOLDER, "package.json")).resolve("hardhat/package.json");
  return join(dirname(manifest), "dist", "src", "cli.js");
}

/** Host and port from the chain's own announcement. */
async function listeningAuthority(child: Child, options: ChainOptions): Promise<string> {
  const announced = async (): Promise<string | undefined> => {
    if (!child.isRunning()) throw startFailed(options.logFile, "the chain's process ended at once");
    return /JSON-RPC server at http:\/\/([\d.]+:\d+)/.exec(readFileSync(options.logFile, "utf8"))?.[1];
  };
  const found = await pollUntil(announced, { intervalMs: 50, timeoutMs: START_TIMEOUT_MS, signal: options.signal });
  if (found === undefined)
    throw startFailed(options.logFile, `the chain did not start in ${START_TIMEOUT_MS / 1000} s`);
  return found;
}

function startFailed(logFile: string, what: string): CliError {
  return new CliError({ code: "CHAIN_START_FAILED", what, where: logFile, remedy: "read the reason in that log" });
}
