import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ALARMS } from "../../src/alarms.ts";
import { createMetrics } from "../../src/metrics.ts";

type Rule = {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};
type RuleFile = { readonly groups: readonly { readonly rules: readonly Rule[] }[] };
type Panel = {
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string }[];
};
type Dashboard = { readonly panels: readonly Panel[] };

const read = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), "utf8");
const rules = (parse(read("ops/prometheus-alerts.yml")) as RuleFile).groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read("ops/grafana-dashboard.json")) as Dashboard;
const runbook = read("docs/operations.md");

let names: ReadonlySet<string>;
let close: () => void;
beforeAll(async () => {
  const created = createMetrics();
  close = created.close;
  const metrics = await created.metrics.registry.getMetricsAsJSON();
  names = new Set(metrics.map(({ name }) => name));
});
afterAll(() => close());

/** The committer's metrics that an expression names, a histogram's parts counted as the histogram. */
function named(expr: string): readonly string[] {
  return [...expr.matchAll(/\bsynod_\w+/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ""));
}

describe("alerts and dashboard", () => {
  it("ask for metrics that a committer shows, and leave none out of the dashboard", () => {
    const shown = new Set(dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => named(expr))));
    expect([...shown].toSorted()).toEqual([...names].toSorted());
    for (const { alert, expr } of rules)
      for (const name of named(expr)) expect(names.has(name), `${alert}: ${name}`).toBe(true);
  });

  it("raise exactly one alert for each alarm", () => {
    const patterns = rules.flatMap(({ alert, expr }) => {
      const [, sign, pattern] = /^synod_alarms\{alarm([=!])~"([^"]*)"\} == 1$/.exec(expr) ?? [];
      return pattern === undefined ? [] : [{ alert, isNegated: sign === "!", pattern: new RegExp(`^(${pattern})$`) }];
    });
    expect(patterns.map(({ alert }) => alert)).toEqual(["SynodIncident", "SynodAlarm"]);
    for (const alarm of ALARMS)
      expect(
        patterns.filter(({ isNegated, pattern }) => pattern.test(alarm) !== isNegated),
        alarm,
      ).toHaveLength(1);
    const known = new Set<string>(ALARMS);
    for (const { expr } of rules)
      for (const name of /^synod_alarms.*"([^"]*)"/.exec(expr)?.[1]?.split("|") ?? [])
        expect(known.has(name), name).toBe(true);
  });

  it("say how bad it is and what it means", () => {
    for (const { alert, labels, annotations } of rules) {
      expect(["page", "ticket"], alert).toContain(labels.severity);
      expect(Object.keys(annotations).toSorted(), alert).toEqual(["description", "summary"]);
    }
  });

  it.each([...ALARMS, ...rules.map(({ alert }) => alert)])("have %s in the runbook", (name) => {
    expect(runbook).toMatch(new RegExp(`^\\| \`${name}\` \\| [^|]+ \\| [^|]+ \\|$`, "m"));
  });

  it("lie side by side on the dashboard", () => {
    const cells = dashboard.panels.map(({ gridPos: { x, y, w, h } }) => {
      expect(x + w).toBeLessThanOrEqual(24);
      return `${x / w},${y / h}`;
    });
    expect(new Set(cells).size).toBe(cells.length);
  });
});
