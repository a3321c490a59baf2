#!/usr/bin/env node
import { createInterface } from "node:readline/promises";
import { processTerminal } from "./output/terminal.ts";
import { runCli } from "./run-cli.ts";

/** Aborted by Ctrl-C, SIGTERM or a closed terminal. A second Ctrl-C ends the process at once. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => controller.abort());
  return controller.signal;
}

async function confirm(question: string): Promise<boolean> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await reader.question(`${question} [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
}

const exitCode = await runCli(process.argv.slice(2), {
  terminal: processTerminal(),
  signal: stopSignal(),
  env: process.env,
  cwd: process.cwd(),
  confirm: process.stdin.isTTY ? confirm : undefined,
  nowMs: () => performance.now(),
});

// All is said. What a library still retries, such as a poll of a chain that is gone, must not hold the process open.
process.exit(exitCode);
