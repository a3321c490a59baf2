import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { OutputLines } from "./output-lines.ts";

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** How a process ended. */
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** A running program of this repository with what it printed. */
export type Program = {
  readonly pid: number;
  readonly stdout: OutputLines;
  readonly stderr: OutputLines;
  readonly exited: Promise<Exit>;
  /** Sends a signal and waits for the end. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<Exit>;
};

function exitOf(child: ChildProcess): Promise<Exit> {
  return once(child, "close").then(([code, signal]) => ({ code, signal }) as Exit);
}

/** Starts a program by its entry file, relative to the repository's root. */
export function startProgram(
  entry: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Program {
  const child = spawn(process.execPath, [join(root, entry), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = exitOf(child);
  return {
    pid: child.pid ?? 0,
    stdout: new OutputLines(child.stdout),
    stderr: new OutputLines(child.stderr),
    exited,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return exited;
    },
  };
}

/** The `synod` command line. */
export function synod(args: readonly string[], env: Readonly<Record<string, string>> = {}): Program {
  return startProgram("apps/cli/src/main.ts", args, env);
}
