import { seconds } from "../chaos/judge.ts";
import { type Check, expectEqual } from "../demo/demo-row.ts";
import { formatPairs, formatTable } from "../output/table.ts";
import { type Held, MEBIBYTE, type Trend, trendsOf } from "./flatness.ts";
import type { SoakRun } from "./run-soak.ts";

/** What a soak came to. */
export type SoakReport = {
  readonly run: SoakRun;
  readonly trends: readonly Trend[];
  readonly checks: readonly Check[];
};

/** Decisions that a soak must see in a minute. */
const DECISIONS_PER_MINUTE = 10;
const MINUTE_MS = 60_000;

/** Judges a soak by what it saw. */
export function judgeSoak(run: SoakRun): SoakReport {
  const { decided, disturbances, durationMs, samples, isSound } = run;
  const trends = trendsOf(samples);
  const least = Math.floor((durationMs / MINUTE_MS) * DECISIONS_PER_MINUTE);
  const stuck = disturbances.filter(({ recoveredMs }) => recoveredMs === undefined);
  const watched = trends.filter(({ held }) => held === "residentBytes").length;
  const grown = trends.filter(({ isFlat }) => !isFlat);
  const checks: readonly Check[] = [
    { what: `decisions, at least ${least}`, holds: decided.submitted >= least, detail: String(decided.submitted) },
    expectEqual("executed exactly once", decided.executions[1] ?? 0, decided.submitted),
    expectEqual("executions of anything else", decided.strange, 0),
    { what: "faults", holds: disturbances.length > 0, detail: String(disturbances.length) },
    expectEqual("faults after which the committee was not sound in time", stuck.length, 0),
    expectEqual("sound at the end", isSound, true),
    expectEqual("bans", Math.max(0, ...samples.map(({ bans }) => bans)), 0),
    { what: "processes watched for growth", holds: watched > 0, detail: String(watched) },
    { what: "growth", holds: grown.length === 0, detail: grown.map(trendLine).join("; ") || "none" },
  ];
  return { run, trends, checks };
}

/** Every expectation that did not hold. */
export function failedSoakChecks({ checks }: SoakReport): readonly string[] {
  return checks.filter(({ holds }) => !holds).map(({ what, detail }) => `${what}: ${detail}`);
}

/** The report for a person. */
export function describeSoak({ run, trends, checks }: SoakReport): readonly string[] {
  const kinds = Map.groupBy(run.disturbances, ({ fault }) => fault);
  const recoveries = run.disturbances.flatMap(({ recoveredMs }) => recoveredMs ?? []);
  const slowest = recoveries.length === 0 ? "none" : seconds(Math.max(...recoveries));
  return [
    ...formatPairs([
      ["duration", seconds(run.durationMs)],
      ["faults", [...kinds].map(([name, list]) => `${name} ${list.length}`).join(", ")],
      ["slowest recovery", slowest],
    ]),
    "",
    ...formatTable(COLUMNS, trends),
    "",
    ...checks.map(({ holds, what, detail }) => `${holds ? "ok  " : "FAIL"} ${what}: ${detail}`),
  ];
}

const HELD: Readonly<Record<Held, string>> = {
  residentBytes: "memory",
  heapBytes: "heap",
  timers: "timers",
  handles: "handles",
};

const COLUMNS = [
  { header: "committer", value: ({ memberIndex }: Trend) => String(memberIndex), align: "right" as const },
  { header: "held", value: ({ held }: Trend) => HELD[held] },
  { header: "first third", value: ({ held, early }: Trend) => amount(held, early), align: "right" as const },
  { header: "last third", value: ({ held, late }: Trend) => amount(held, late), align: "right" as const },
  { header: "", value: ({ isFlat }: Trend) => (isFlat ? "flat" : "GROWS") },
];

function trendLine({ memberIndex, held, early, late }: Trend): string {
  return `${HELD[held]} of committer ${memberIndex}: ${amount(held, early)} to ${amount(held, late)}`;
}

function amount(held: Held, value: number): string {
  return held === "residentBytes" || held === "heapBytes" ? `${(value / MEBIBYTE).toFixed(1)} MiB` : String(value);
}
