import type { Member } from "../harness/deployment.ts";
import { eventually } from "../harness/eventually.ts";

/** Nearest-rank percentile of a list that is not empty. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** A metric at every member, its labelled values added up. Side effects: a scrape, which starts the lag's next window. */
export async function metricOfEach(members: readonly Member[], name: string): Promise<number[]> {
  const texts = await Promise.all(members.map(async ({ httpUrl }) => (await fetch(`${httpUrl}/metrics`)).text()));
  return texts.map((text) => {
    const lines = text.split("\n").filter((line) => line.startsWith(name));
    return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
  });
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
