import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** How a process of the devnet is started. */
export type ChildOptions = {
  /** Arguments behind the Node executable. */
  readonly args: readonly string[];
  readonly cwd: string;
  /** Variables on top of this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** File that takes standard output and standard error, appended. */
  readonly logFile: string;
};

/** A running process of the devnet. It has a process group of its own, so that Ctrl-C reaches it only through us. */
export type Child = {
  readonly pid: number;
  readonly logFile: string;
  /** Resolves when the process has ended. */
  readonly exited: Promise<void>;
  readonly isRunning: () => boolean;
  /** Sends a signal and resolves when the process has ended. */
  readonly kill: (signal: NodeJS.Signals) => Promise<void>;
  /** Asks the process to end, and kills it when it has not ended after a grace time. */
  readonly stop: () => Promise<void>;
};

const GRACE_MS = 8_000;

/** Starts a Node process. Side effects: creates the log file's folder, starts the process. */
export function startChild(options: ChildOptions): Child {
  mkdirSync(dirname(options.logFile), { recursive: true, mode: 0o700 });
  const log = openSync(options.logFile, "a", 0o600);
  try {
    const child = spawn(process.execPath, options.args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", log, log],
      detached: true,
    });
    return asChild(child, options.logFile);
  } finally {
    closeSync(log);
  }
}

function asChild(child: ChildProcess, logFile: string): Child {
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const exited = once(child, "exit").then(() => {});
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    if (isRunning()) child.kill(signal);
    await exited;
  };
  const stop = async (): Promise<void> => {
    const grace = new AbortController();
    const forced = delay(GRACE_MS, undefined, { signal: grace.signal }).then(() => child.kill("SIGKILL"));
    const swallowed = forced.catch(() => false);
    await kill("SIGTERM");
    grace.abort();
    await swallowed;
  };
  return { pid: child.pid ?? 0, logFile, exited, isRunning, kill, stop };
}
