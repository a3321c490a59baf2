import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** How a program ended, and all that it printed. */
export type Ending = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** A running program; killed when the test ends. */
export type RunningProgram = { readonly child: ChildProcessWithoutNullStreams; readonly ended: Promise<Ending> };

/** Starts one of the committer's programs, by its name in src, with nothing of the test's environment but the path. */
export function startProgram(
  name: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): RunningProgram {
  const file = fileURLToPath(new URL(`../../src/${name}`, import.meta.url));
  const child = spawn(process.execPath, [file, ...args], { env: { PATH: process.env.PATH, ...environment } });
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.stderr += chunk;
  });
  const ended = once(child, "close").then(([code]): Ending => ({ code, ...output }));
  return { child, ended };
}
