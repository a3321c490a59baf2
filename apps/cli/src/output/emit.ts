import type { CommandContext } from "../command-context.ts";
import { toJson } from "./json.ts";

/** One result in both forms. `data` is what `--json` prints; `lines` are for a person. */
export type CommandResult = { readonly data: unknown; readonly lines: readonly string[] };

/** Prints a command's result on standard output: JSON with `--json`, lines otherwise. */
export function emit(context: CommandContext, result: CommandResult): void {
  const text = context.isJson ? toJson(result.data) : result.lines.join("\n");
  context.terminal.out(`${text}\n`);
}

/** Prints one entry of a stream: one JSON object per line with `--json`, lines otherwise. */
export function emitEntry(context: CommandContext, result: CommandResult): void {
  const text = context.isJson ? toJson(result.data, 0) : result.lines.join("\n");
  context.terminal.out(`${text}\n`);
}
