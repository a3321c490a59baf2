import { CommanderError } from "commander";
import type { CommandContext } from "./command-context.ts";
import { ChildExit } from "./errors/child-exit.ts";
import type { CliErrorReport } from "./errors/cli-error.ts";
import { exitCodeOf } from "./errors/exit-code.ts";
import { formatReport, reportOf } from "./errors/report-of.ts";
import { toJson } from "./output/json.ts";
import { createProgress } from "./output/progress.ts";
import { buildProgram } from "./program.ts";

/** What the CLI takes from the process around it. */
export type CliHost = Omit<CommandContext, "progress" | "isJson"> & {
  /** Milliseconds on a clock that never goes back. */
  readonly nowMs: () => number;
};

/**
 * Runs one command line and returns its exit code; never throws.
 *
 * @param argv the arguments behind the program's name
 * @param host terminal, environment and abort signal
 */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  const isJson = argv.includes("--json");
  const context: CommandContext = { ...host, isJson, progress: createProgress(host.terminal, host.nowMs) };
  try {
    await buildProgram(context).parseAsync([...argv], { from: "user" });
    return 0;
  } catch (error) {
    if (isHelp(error)) return 0;
    if (error instanceof ChildExit) return error.exitCode;
    const report = reportOf(error);
    host.terminal.err(`${renderReport(report, isJson)}\n`);
    return exitCodeOf(report.code);
  }
}

function renderReport(report: CliErrorReport, isJson: boolean): string {
  return isJson ? toJson({ error: report }, 0) : formatReport(report);
}

function isHelp(error: unknown): boolean {
  return error instanceof CommanderError && error.exitCode === 0;
}
