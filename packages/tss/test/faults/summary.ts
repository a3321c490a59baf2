import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { FaultCase } from "./fault-case.ts";
import type { Target } from "./scene.ts";

/** Where each target's file of tests leaves its counts. */
export const RESULTS = new URL("../../.results/faults/", import.meta.url);

/** How many cases of a target ran: in all, and by what they did. */
export type Summary = {
  readonly target: string;
  readonly cases: number;
  /** Processor time of the file's own process, start included. */
  readonly cpuSeconds: number;
  readonly topologies: Readonly<Record<string, number>>;
  /** By round, part and field, or by the kind of a fault that is not one of a payload. */
  readonly fields: Readonly<Record<string, number>>;
  readonly mutations: Readonly<Record<string, number>>;
};

/** Counts cases. */
export function summaryOf({ name }: Target<unknown>, cases: readonly FaultCase[]): Summary {
  const { user, system } = process.cpuUsage();
  return {
    target: name,
    cases: cases.length,
    cpuSeconds: Math.round((user + system) / 1_000_000),
    topologies: countBy(cases, ({ topology }) => topology.name),
    fields: countBy(cases, ({ round, fault }) =>
      fault.kind === "payload" ? `r${round} ${fault.part}.${fault.field.name}` : `r${round} ${fault.kind}`,
    ),
    mutations: countBy(cases, ({ fault }) =>
      fault.kind === "payload" ? fault.mutation : `${fault.kind}.${fault.name}`,
    ),
  };
}

function countBy(cases: readonly FaultCase[], key: (fault: FaultCase) => string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const fault of cases) counts[key(fault)] = (counts[key(fault)] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })));
}

/** Before all test files of a run: forgets the counts of the last one. */
export function setup(): void {
  rmSync(RESULTS, { recursive: true, force: true });
}

/** After all test files of a run: prints how many cases each protocol had, if any ran. */
export function teardown(): void {
  if (!existsSync(RESULTS)) return;
  const summaries = readdirSync(RESULTS).map((file) => parse(readFileSync(new URL(file, RESULTS), "utf8")));
  const rows = summaries.map(({ target, cases, topologies, fields, mutations, cpuSeconds }) =>
    row(target, cases, size(topologies), size(fields), size(mutations), cpuSeconds),
  );
  const total = summaries.reduce((sum, { cases }) => sum + cases, 0);
  const cpuSeconds = summaries.reduce((sum, summary) => sum + summary.cpuSeconds, 0);
  const head = row("faults", "cases", "topologies", "fields", "mutations", "CPU s");
  process.stdout.write(`\n${[head, ...rows, row("total", total, "", "", "", cpuSeconds)].join("\n")}\n`);
}

function row(name: string, ...columns: readonly (string | number)[]): string {
  return name.padEnd(18) + columns.map((column) => String(column).padStart(12)).join("");
}

function parse(text: string): Summary {
  return JSON.parse(text);
}

function size(counts: Readonly<Record<string, number>>): number {
  return Object.keys(counts).length;
}
