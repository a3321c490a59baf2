import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of the Hardhat project. */
export const PROJECT_FOLDER = dirname(dirname(fileURLToPath(import.meta.url)));

/** How a Hardhat run ended: its exit code (1 when it was killed) and all it printed to standard output. */
export type HardhatRun = { readonly exitCode: number; readonly output: string };

/** Options of a run. */
export type HardhatOptions = {
  /** Arguments after `hardhat`. */
  readonly args: readonly string[];
  /** Variables added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
};

/**
 * Runs Hardhat in the project folder.
 *
 * Side effects: starts a process, passes its output on to this process as it comes.
 */
export function runHardhat({ args, env }: HardhatOptions): Promise<HardhatRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cliPath(), ...args], {
      cwd: PROJECT_FOLDER,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      process.stdout.write(chunk);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString("utf8") }));
  });
}

function cliPath(): string {
  const manifest = createRequire(import.meta.url).resolve("hardhat/package.json");
  return join(dirname(manifest), "dist", "src", "cli.js");
}
