// What became of the mutants, as a table of areas.
import { oneLine } from "./settings.ts";
import type { Placed } from "./sites.ts";
import { PACKAGE } from "./working-copy.ts";

/** `killed by time`: with the mutant a test ran many times as long as without it. */
export type Outcome = "killed" | "killed by time" | "survived" | "equivalent";

/** A mutant, what became of it, and the test that killed it. */
export type Judged = Pick<Placed, "file" | "line" | "text" | "replacement"> & {
  readonly outcome: Outcome;
  readonly by?: string;
};

/** Counts of mutants. */
export type Row = {
  readonly area: string;
  readonly mutants: number;
  readonly killed: number;
  readonly equivalent: number;
  readonly survived: number;
};

/** Counts per folder of sources, in the order of the alphabet, and of everything, last. */
export function tabulate(judged: readonly Judged[]): readonly Row[] {
  const areas = Map.groupBy(judged, ({ file }) => file.split("/")[1] ?? "");
  const rows = [...areas].map(([area, mutants]) => count(area, mutants));
  return [...rows.toSorted((a, b) => a.area.localeCompare(b.area)), count("all", judged)];
}

/** Killed mutants among those that can be killed, in percent. */
export function scoreOf({ killed, survived }: Pick<Row, "killed" | "survived">): number {
  return killed + survived === 0 ? 100 : (100 * killed) / (killed + survived);
}

/** The table for people. */
export function printTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const counts = [row.mutants, row.killed, row.equivalent, row.survived].map((one) => `${one}`.padStart(11));
    return `${row.area.padEnd(12)}${counts.join("")}${scoreOf(row).toFixed(1).padStart(9)} %`;
  });
  return ["area            mutants     killed equivalent   survived      score", ...lines, ""].join("\n");
}

/** A mutant on one line. */
export function printMutant({ file, line, text, replacement }: Omit<Judged, "outcome">): string {
  return `${PACKAGE}/${file}:${line}  ${oneLine(text)}  ->  ${replacement.trim()}`;
}

function count(area: string, judged: readonly Judged[]): Row {
  const of = (...outcomes: readonly Outcome[]): number =>
    judged.filter(({ outcome }) => outcomes.includes(outcome)).length;
  return {
    area,
    mutants: judged.length,
    killed: of("killed", "killed by time"),
    equivalent: of("equivalent"),
    survived: of("survived"),
  };
}
