import { eventually } from "@synod/testing/eventually";
import type { Member } from "../harness/deployment.ts";

/** Nearest-rank percentile of a list that is not empty. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** What every member shows. Side effects: the lag's next window starts. */
function scrape(members: readonly Member[]): Promise<string[]> {
  return Promise.all(members.map(async ({ httpUrl }) => (await fetch(`${httpUrl}/metrics`)).text()));
}

/** A metric in what a member shows, its labelled values added up. */
function valueIn(text: string, name: string): number {
  const lines = text.split("\n").filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

/** A metric at every member, its labelled values added up. Side effects: a scrape, which starts the lag's next window. */
export async function metricOfEach(members: readonly Member[], name: string): Promise<number[]> {
  return (await scrape(members)).map((text) => valueIn(text, name));
}

/** The event loop's delay in milliseconds, each figure of the member that had the longest. */
export type Lag = { readonly medianMs: number; readonly p99Ms: number; readonly longestMs: number };

/** The loop's delay since the last scrape. Side effects: a scrape, which starts the lag's next window. */
export async function lagSinceScrape(members: readonly Member[]): Promise<Lag> {
  const texts = await scrape(members);
  const longest = (quantile: string) =>
    Math.round(
      1_000 * Math.max(...texts.map((text) => valueIn(text, `synod_event_loop_lag_seconds{quantile="${quantile}"}`))),
    );
  return { medianMs: longest("0.5"), p99Ms: longest("0.99"), longestMs: longest("1") };
}

/** The sum of a metric over all members. */
export async function metricOfAll(members: readonly Member[], name: string): Promise<number> {
  return (await metricOfEach(members, name)).reduce((sum, value) => sum + value, 0);
}

/** Waits until every member has presignatures. */
export async function untilPresigned(members: readonly Member[]): Promise<void> {
  await eventually(async () => {
    const counts = await metricOfEach(members, "synod_presignatures{");
    return counts.every((count) => count > 0) ? true : undefined;
  });
}

/** What a figure should be, how it is said, and whether it is so. */
export type Target = { readonly name: string; readonly isMet: boolean; readonly text: string };

/** One line per target: met or MISSED, as in the benchmark of the threshold library. */
export function targetLines(targets: readonly Target[]): string {
  return targets.map(({ isMet, name, text }) => `${isMet ? "met   " : "MISSED"}  ${name}: ${text}`).join("\n");
}
