import { fail } from "node:assert/strict";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type { Address, Hex } from "viem";
import { chainAt, type TestChain } from "./chain.ts";
import { chainClient, funded } from "./scene.ts";

/** States kept in memory. This version brings older ones back from the disk incomplete, and would reorganise onto those. */
const STATES = "20000";

/**
 * The binary that the package brings for this platform; its own launcher would look for newer ones, and may download.
 * Fails, rather than leaving tests out, where there is none.
 */
export function anvilBinary(platform: string = process.platform, arch: string = process.arch): string {
  const launcher = createRequire(createRequire(import.meta.url).resolve("@foundry-rs/anvil/package.json"));
  const machine = arch === "x64" ? "amd64" : arch;
  const suffix = platform === "win32" ? ".exe" : "";
  const name = `@foundry-rs/anvil-${platform}-${machine}`;
  try {
    return launcher.resolve(`${name}/bin/anvil${suffix}`);
  } catch {
    return fail(
      `tests that reorganise a chain need anvil, and ${name} is not installed: run npm ci without --omit=optional on Linux, macOS (x64, arm64) or Windows (x64)`,
    );
  }
}

/** Starts a chain that can be reorganised, on a free port; the caller stops it. It mines when a transaction comes. */
export async function startAnvil(): Promise<TestChain> {
  const place = ["--host", "127.0.0.1", "--port", "0", "--chain-id", "31337"];
  const child = spawn(anvilBinary(), [...place, "--prune-history", STATES], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface(child.stdout)) {
    const authority = /Listening on ([\d.]+:\d+)/.exec(line)?.[1];
    if (authority === undefined) continue;
    return chainAt(authority, child);
  }
  return fail("anvil ended before it listened; on Linux it needs glibc 2.35 or newer");
}

type Transfer = { readonly from: Address; readonly to: Address; readonly value: Hex };

/**
 * Replaces the newest `depth` blocks. Their transactions are gone, from the pool as well. The first new block holds a
 * transfer, because an empty one in the place of an empty one could be the same.
 */
export async function reorganise(chain: TestChain, depth: number): Promise<void> {
  const { address } = funded(5);
  const transfer: Transfer = { from: address, to: address, value: "0x1" };
  type Reorg = { Method: "anvil_reorg"; Parameters: [number, [[Transfer, 0]]]; ReturnType: null };
  await chainClient(chain).request<Reorg>({ method: "anvil_reorg", params: [depth, [[transfer, 0]]] });
}
