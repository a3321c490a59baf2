import type { Condition } from "./branches.ts";

/** How much of one source ran. */
export type FileCoverage = {
  readonly path: string;
  readonly lines: readonly { readonly line: number; readonly count: number }[];
  readonly branches: readonly { readonly line: number; readonly block: number; readonly count: number }[];
};

/** A share, as the number of parts and how many of them ran. */
export type Share = { readonly found: number; readonly hit: number };

/** The lines of a tracefile by source. Only `SF` and `DA` records are read. */
export function parseLines(tracefile: string): ReadonlyMap<string, FileCoverage["lines"]> {
  const files = new Map<string, { line: number; count: number }[]>();
  let lines: { line: number; count: number }[] = [];
  for (const record of tracefile.split("\n")) {
    if (record.startsWith("SF:")) {
      lines = [];
      files.set(record.slice("SF:".length), lines);
    } else if (record.startsWith("DA:")) {
      const [line = 0, count = 0] = record.slice("DA:".length).split(",").map(Number);
      lines.push({ line, count });
    }
  }
  return files;
}

/** Two branches per condition, with how often each was reported. */
export function branchesOf(
  conditions: readonly Condition[],
  hits: ReadonlyMap<string, number>,
): FileCoverage["branches"] {
  return conditions.flatMap(({ line, tags }, block) => tags.map((tag) => ({ line, block, count: hits.get(tag) ?? 0 })));
}

/** A tracefile with branch records (`BRDA`, `BRF`, `BRH`), as genhtml and others read it. */
export function formatTracefile(files: readonly FileCoverage[]): string {
  const records = files.flatMap(({ path, lines, branches }) => [
    `SF:${path}`,
    ...lines.map(({ line, count }) => `DA:${line},${count}`),
    `LF:${lines.length}`,
    `LH:${shareOf(lines).hit}`,
    ...branches.map(({ line, block, count }, index) => `BRDA:${line},${block},${index % 2},${count}`),
    `BRF:${branches.length}`,
    `BRH:${shareOf(branches).hit}`,
    "end_of_record",
  ]);
  return `TN:\n${records.join("\n")}\n`;
}

/** How many of the parts ran. */
export function shareOf(parts: readonly { readonly count: number }[]): Share {
  return { found: parts.length, hit: parts.filter(({ count }) => count > 0).length };
}
