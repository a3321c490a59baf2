import { z } from "zod";
import type { CommitterProcess } from "../devnet/committer-process.ts";
import { CliError } from "../errors/cli-error.ts";

/** What one committer's process holds at one moment. */
export type Sample = {
  readonly memberIndex: number;
  /** The process: a committer that was started again is another one. */
  readonly pid: number;
  /** Milliseconds since the soak began. */
  readonly atMs: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** Timers that are set. */
  readonly timers: number;
  /** Everything else that keeps the event loop alive: sockets, servers, requests. */
  readonly handles: number;
  /** Members it has banned. */
  readonly bans: number;
};

const PATIENCE_MS = 5_000;
const TIMERS: readonly string[] = ["Timeout", "Immediate"];
const numberSchema = z.coerce.number().nonnegative();

/** Reads the metrics of every committer that answers. */
export async function takeSamples(committers: readonly CommitterProcess[], atMs: number): Promise<readonly Sample[]> {
  const taken = await Promise.all(committers.map((committer) => takeSample(committer, atMs)));
  return taken.filter((sample) => sample !== undefined);
}

async function takeSample({ setup, child }: CommitterProcess, atMs: number): Promise<Sample | undefined> {
  const text = await metricsOf(setup.httpUrl);
  if (text === undefined) return undefined;
  return { memberIndex: setup.memberIndex, pid: child.pid, atMs, ...readMetrics(text, setup.httpUrl) };
}

async function metricsOf(httpUrl: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${httpUrl}/metrics`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return response.ok ? await response.text() : undefined;
  } catch {
    // It is down, or starts, as a fault would have it.
    return undefined;
  }
}

/** The figures in Prometheus' text form. Errors: COMMITTER_FAILED when the memory is not among them. */
export function readMetrics(text: string, where: string): Omit<Sample, "memberIndex" | "pid" | "atMs"> {
  const memory = seriesOf(text, "synod_memory_bytes", "kind");
  const resources = [...seriesOf(text, "synod_open_resources", "type")];
  const [residentBytes, heapBytes] = [memory.get("resident"), memory.get("heap")];
  if (residentBytes === undefined || heapBytes === undefined) throw unreadable(where);
  const sum = (isWanted: (type: string) => boolean): number =>
    resources.reduce((total, [type, count]) => total + (isWanted(type) ? count : 0), 0);
  return {
    residentBytes,
    heapBytes,
    timers: sum((type) => TIMERS.includes(type)),
    handles: sum((type) => !TIMERS.includes(type)),
    bans: [...seriesOf(text, "synod_bans_total", "code").values()].reduce((total, count) => total + count, 0),
  };
}

/** The values of a metric with one label, by the label's value. */
function seriesOf(text: string, name: string, label: string): ReadonlyMap<string, number> {
  const line = new RegExp(`^${name}\\{${label}="([^"]*)"\\} (\\S+)$`, "gm");
  return new Map([...text.matchAll(line)].map(([, value = "", count]) => [value, numberSchema.parse(count)]));
}

function unreadable(where: string): CliError {
  return new CliError({
    code: "COMMITTER_FAILED",
    what: "the metrics do not tell what the process holds",
    where: `${where}/metrics`,
    remedy: "run the committer of this version",
  });
}
