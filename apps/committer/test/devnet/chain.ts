import { fail } from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

const CONTRACTS = fileURLToPath(new URL("../../../../contracts", import.meta.url));

/** A development chain in a process of its own, on free ports. It mines when a transaction comes, and only then. */
export type TestChain = {
  readonly httpUrl: string;
  readonly webSocketUrl: string;
  stop(): Promise<void>;
};

async function announcedAuthority(child: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  for await (const line of createInterface(child.stdout)) {
    const found = /JSON-RPC server at http:\/\/([\d.]+:\d+)/.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return fail("the development chain ended before it listened");
}

/** Starts a chain; the caller stops it. */
export async function startTestChain(): Promise<TestChain> {
  const manifest = createRequire(join(CONTRACTS, "package.json")).resolve("hardhat/package.json");
  const main = join(dirname(manifest), "dist", "src", "cli.js");
  const child = spawn(process.execPath, [main, "node", "--hostname", "127.0.0.1", "--port", "0"], {
    cwd: CONTRACTS,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const authority = await announcedAuthority(child);
  return chainAt(authority, child);
}

/** The chain of a process that has said where it listens. Its output is thrown away from now on. */
export function chainAt(authority: string, child: ChildProcessByStdio<null, Readable, null>): TestChain {
  const exited = once(child, "exit");
  child.stdout.resume();
  return {
    httpUrl: `http://${authority}`,
    webSocketUrl: `ws://${authority}`,
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
