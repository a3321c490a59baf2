import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Collector } from "@synod/testing";
import { onTestFinished } from "vitest";

const SCRIPT = fileURLToPath(new URL("./store-writer.ts", import.meta.url));

/** A running store writer and the lines it has printed. */
export interface Writer {
  readonly lines: Collector<string>;
  /** `SIGKILL`, then waits until the process is gone and all it printed was read. */
  kill(): Promise<void>;
  /** Waits until the process ends by itself and all it printed was read. */
  ended(): Promise<void>;
}

/** Starts a writer on a store's folder. It is killed when the test ends. */
export function startWriter(directory: string, ...args: readonly string[]): Writer {
  const child = spawn(process.execPath, [SCRIPT, directory, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = new Collector<string>();
  const reader = createInterface({ input: child.stdout });
  reader.on("line", lines.push);
  const ended = Promise.all([once(child, "exit"), once(reader, "close")]).then(() => undefined);
  onTestFinished(() => stop(child));
  return {
    lines,
    kill: () => {
      stop(child);
      return ended;
    },
    ended: () => ended,
  };
}

function stop(child: ChildProcess): void {
  child.kill("SIGKILL");
}
