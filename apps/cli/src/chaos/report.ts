import type { Check } from "../demo/demo-row.ts";
import { formatTable } from "../output/table.ts";
import type { Evidence } from "./evidence.ts";
import type { Fault } from "./fault.ts";
import { checksOf } from "./judge.ts";

/** What one fault came to. */
export type ChaosRow = {
  readonly fault: string;
  /** What was done. */
  readonly injected: string;
  readonly expected: string;
  readonly happened: string;
  readonly blame: string;
  readonly isAsExpected: boolean;
  readonly checks: readonly Check[];
  /** What it is judged by; absent when the fault could not be brought to its end. */
  readonly evidence?: Evidence;
};

/** The row of a fault that came to its end. */
export function judgedRow(fault: Fault, injected: string, evidence: Evidence): ChaosRow {
  const judgement = fault.judge(evidence);
  const checks = checksOf(evidence, judgement);
  const { happened, blame } = judgement;
  const isAsExpected = checks.every(({ holds }) => holds);
  return { fault: fault.name, injected, expected: fault.expected, happened, blame, isAsExpected, checks, evidence };
}

/** The row of a fault that did not. */
export function failedRow({ name, expected }: Fault, message: string): ChaosRow {
  const check = { what: "comes to its end", holds: false, detail: message };
  const told = { injected: "unknown", expected, happened: message, blame: "unknown" };
  return { fault: name, ...told, isAsExpected: false, checks: [check] };
}

/** The report for a person: the table, and below it what did not hold. */
export function describeReport(rows: readonly ChaosRow[]): readonly string[] {
  const failed = unexpected(rows);
  return [...formatTable(COLUMNS, rows), ...(failed.length === 0 ? [] : ["", ...failed.map((line) => `FAIL ${line}`)])];
}

/** Every expectation that did not hold, as "fault: expectation: what was found". */
export function unexpected(rows: readonly ChaosRow[]): readonly string[] {
  return rows.flatMap(({ fault, checks }) =>
    checks.filter(({ holds }) => !holds).map(({ what, detail }) => `${fault}: ${what}: ${detail}`),
  );
}

const COLUMNS = [
  { header: "fault", value: ({ fault }: ChaosRow) => fault },
  { header: "expected", value: ({ expected }: ChaosRow) => expected },
  { header: "happened", value: ({ happened }: ChaosRow) => happened },
  { header: "to blame", value: ({ blame }: ChaosRow) => blame },
  { header: "verdict", value: ({ isAsExpected }: ChaosRow) => (isAsExpected ? "as expected" : "UNEXPECTED") },
];
