/** Where a command writes. Results go to `out`, everything a person watches or must fix goes to `err`. */
export type Terminal = {
  /** Writes text to standard output as it is. */
  readonly out: (text: string) => void;
  /** Writes text to standard error as it is. */
  readonly err: (text: string) => void;
  /** True when standard error is a terminal, so that lines may be redrawn. */
  readonly isInteractive: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
};

const LOG_COLUMNS = 120;

/** The terminal of this process. */
export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    isInteractive: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? LOG_COLUMNS,
  };
}
