import type { Terminal } from "../../src/output/terminal.ts";

/** A terminal that keeps what is written to it. */
export type RecordingTerminal = Terminal & { readonly outText: () => string; readonly errText: () => string };

/** Builds a recording terminal; 80 columns unless told. */
export function recordingTerminal(options: { isInteractive: boolean; columns?: number }): RecordingTerminal {
  const out: string[] = [];
  const err: string[] = [];
  return {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    isInteractive: options.isInteractive,
    columns: options.columns ?? 80,
    outText: () => out.join(""),
    errText: () => err.join(""),
  };
}
