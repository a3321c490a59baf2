import { fail } from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createTestClient, type Hex, http } from "viem";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Host and port of the development chain that all test files share. */
    chainAuthority: string;
    /** Snapshot of that chain before anything stood on it. */
    emptyChain: Hex;
  }
}

const contractsFolder = fileURLToPath(new URL("../../../../contracts", import.meta.url));

/** Starts one development chain for all test files, and stops it after them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const manifest = createRequire(join(contractsFolder, "package.json")).resolve("hardhat/package.json");
  const main = join(dirname(manifest), "dist", "src", "cli.js");
  const child = spawn(process.execPath, [main, "node", "--hostname", "127.0.0.1", "--port", "0"], {
    cwd: contractsFolder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const authority = await announcedAuthority(child);
  project.provide("chainAuthority", authority);
  child.stdout.resume();
  const client = createTestClient({ mode: "hardhat", transport: http(`http://${authority}`) });
  project.provide("emptyChain", await client.snapshot());
  return async () => {
    const exited = once(child, "exit");
    child.kill("SIGTERM");
    await exited;
  };
}

async function announcedAuthority(child: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  for await (const line of createInterface(child.stdout)) {
    const found = /JSON-RPC server at http:\/\/([\d.]+:\d+)/.exec(line)?.[1];
    if (found !== undefined) return found;
  }
  return fail("the development chain ended before it listened");
}
