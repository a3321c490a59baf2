import { formatTable } from "../output/table.ts";
import type { DemoRow } from "./demo-row.ts";

/** The final table, and every expectation with what was found. */
export function describeDemo(rows: readonly DemoRow[]): readonly string[] {
  const checks = rows.flatMap(({ name, checks: list }) =>
    list.map(({ holds, what, detail }) => `${holds ? "ok  " : "FAIL"} ${name}: ${what}: ${detail}`),
  );
  return [...formatTable(COLUMNS, rows), "", ...checks];
}

/** The expectations that did not hold, as "decision: expectation: what was found". */
export function failedChecks(rows: readonly DemoRow[]): readonly string[] {
  return rows.flatMap(({ name, checks }) =>
    checks.filter(({ holds }) => !holds).map(({ what, detail }) => `${name}: ${what}: ${detail}`),
  );
}

const SHORT_ID = 10;

const COLUMNS = [
  { header: "decision", value: ({ name }: DemoRow) => name },
  { header: "id", value: ({ decisionId }: DemoRow) => decisionId.slice(0, SHORT_ID) },
  { header: "state", value: ({ state }: DemoRow) => state },
  { header: "attested by", value: ({ attesters }: DemoRow) => members(attesters) },
  { header: "signed by", value: ({ signers }: DemoRow) => members(signers) },
  { header: "block", value: ({ blockNumber }: DemoRow) => shown(blockNumber), align: "right" as const },
  { header: "gas", value: ({ gasUsed }: DemoRow) => shown(gasUsed), align: "right" as const },
  { header: "ms", value: ({ executedAfterMs }: DemoRow) => shown(executedAfterMs), align: "right" as const },
];

function members(indices: readonly number[]): string {
  return indices.length === 0 ? "-" : indices.join(" ");
}

function shown(value: bigint | number | undefined): string {
  if (value === undefined) return "-";
  return typeof value === "number" ? value.toFixed(0) : value.toString();
}
