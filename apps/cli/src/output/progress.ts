import type { Terminal } from "./terminal.ts";

/** One piece of work under way. Ends with exactly one of `done` and `failed`; later calls are ignored. */
export type ProgressStep = {
  /** Replaces the detail shown behind the label; the same detail again shows nothing new. */
  readonly update: (detail: string) => void;
  /** Ends the step well. */
  readonly done: (detail?: string) => void;
  /** Ends the step badly. */
  readonly failed: (detail?: string) => void;
};

/** Shows one step at a time to a person who waits. */
export type Progress = { readonly step: (label: string) => ProgressStep };

/** Milliseconds since some fixed moment; only differences are shown. */
export type NowMs = () => number;

type Line = { readonly mark: string; readonly label: string; readonly detail: string; readonly elapsedMs: number };

const ERASE_LINE = "\r\u001b[2K";

/** Progress on standard error: one redrawn line per step on a terminal, plain lines in a log. */
export function createProgress(terminal: Terminal, nowMs: NowMs): Progress {
  return { step: (label) => startStep(terminal, nowMs, label) };
}

/** Runs `work` as one step: done when it resolves, failed when it throws. `describe` gives the closing detail. */
export async function withStep<T>(
  progress: Progress,
  label: string,
  work: (step: ProgressStep) => Promise<T>,
  describe: (result: T) => string = () => "",
): Promise<T> {
  const step = progress.step(label);
  try {
    const result = await work(step);
    step.done(describe(result));
    return result;
  } catch (error) {
    step.failed();
    throw error;
  }
}

function startStep(terminal: Terminal, nowMs: NowMs, label: string): ProgressStep {
  const startedMs = nowMs();
  const show = terminal.isInteractive ? redraw : print;
  let open = true;
  let last = "";
  const write = (mark: string, detail: string, isLast: boolean): void => {
    if (!open) return;
    open = !isLast;
    last = detail;
    show(terminal, { mark, label, detail, elapsedMs: nowMs() - startedMs }, isLast);
  };
  write("...", "", false);
  return {
    update: (detail) => {
      if (detail !== last) write("...", detail, false);
    },
    done: (detail = "") => write("ok ", detail, true),
    failed: (detail = "") => write("FAIL", detail, true),
  };
}

function redraw(terminal: Terminal, line: Line, isLast: boolean): void {
  const text = formatLine(line);
  terminal.err(`${ERASE_LINE}${isLast ? `${text}\n` : text.slice(0, terminal.columns - 1)}`);
}

function print(terminal: Terminal, line: Line): void {
  terminal.err(`${formatLine(line)}\n`);
}

function formatLine(line: Line): string {
  const detail = line.detail === "" ? "" : `: ${line.detail}`;
  const elapsed = line.elapsedMs < 100 ? "" : `  (${(line.elapsedMs / 1000).toFixed(1)} s)`;
  return `${line.mark.padEnd(4)} ${line.label}${detail}${elapsed}`;
}
