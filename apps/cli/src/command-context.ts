import type { Progress } from "./output/progress.ts";
import type { Terminal } from "./output/terminal.ts";

/** What a command gets from the process it runs in. */
export type CommandContext = {
  readonly terminal: Terminal;
  readonly progress: Progress;
  /** True with `--json`: results are JSON on standard output. */
  readonly isJson: boolean;
  /** Aborted on Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths are resolved against. */
  readonly cwd: string;
  /** Asks a yes-or-no question; undefined when nobody is there to answer. */
  readonly confirm: ((question: string) => Promise<boolean>) | undefined;
};
