import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

/** How a run of the CLI ended. */
export type RunResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** What surrounds a run. */
export type RunOptions = { readonly cwd: string; readonly env?: Readonly<Record<string, string>> };

/** Starts `synod` as a process of its own, without a terminal and without the SYNOD_ variables of this one. */
export function spawnSynod(args: readonly string[], options: RunOptions) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("SYNOD_"));
  return spawn(process.execPath, [main, ...args], {
    cwd: options.cwd,
    env: { ...Object.fromEntries(inherited), ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs `synod` to its end. */
export async function runSynod(args: readonly string[], options: RunOptions): Promise<RunResult> {
  const child = spawnSynod(args, options);
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { exitCode: Number(exitCode), stdout, stderr };
}
