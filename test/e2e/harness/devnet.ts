import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Deployment } from "./deployment.ts";
import { type Program, synod } from "./program.ts";

/** A devnet that a test runs for itself. */
export type Devnet = {
  readonly deployment: Deployment;
  /** Where `synod devnet` wrote it. */
  readonly deploymentFile: string;
  readonly stop: () => Promise<void>;
};

/**
 * Starts `synod devnet` in a folder of its own and waits until it runs.
 * Side effects: a chain, the committers and their files; `stop` ends and removes all of it, except that the files with
 * the logs stay when SYNOD_E2E_KEEP is set.
 */
export async function startDevnet(args: readonly string[]): Promise<Devnet> {
  const folder = mkdtempSync(join(tmpdir(), "synod-e2e-"));
  const program = synod(["devnet", "--json", "--port", "0", "--keep", "--dir", join(folder, "devnet"), ...args]);
  const deployment = await Promise.race([readDeployment(program), failOnExit(program)]);
  return {
    deployment,
    deploymentFile: join(folder, "devnet", "deployment.json"),
    stop: async () => {
      await program.stop("SIGTERM");
      if (process.env.SYNOD_E2E_KEEP === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The deployment is printed as one JSON document, over one line or several. */
async function readDeployment(program: Program): Promise<Deployment> {
  await program.stdout.first((line) => line === "}" || line.endsWith("}}"));
  return JSON.parse(program.stdout.text) as Deployment;
}

async function failOnExit(program: Program): Promise<never> {
  const { code, signal } = await program.exited;
  throw new TypeError(`synod devnet ended with ${code ?? signal}: ${program.stderr.text}`);
}
