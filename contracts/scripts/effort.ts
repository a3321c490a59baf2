import type { ActionCounts, SoliditySuite, SolidityTest } from "./solidity-run.ts";

/** How often each action of a campaign must have succeeded, or the campaign has shown nothing. */
const MIN_SUCCESSES = 1_000n;

/** What prepares a handler and is no action of it. */
const PREPARATIONS: readonly string[] = ["setUp", "start"];

/** What was tried how often, for people, and what was tried too seldom. */
export type Effort = { readonly report: readonly string[]; readonly faults: readonly string[] };

type Campaign = { readonly suite: string; readonly metrics: Readonly<Record<string, ActionCounts>> };

/** What a run is judged by. */
export type Demands = {
  /** How often a property must be tried. */
  readonly fuzzRuns: bigint;
  /** The functions of a contract that change something, by their names. */
  readonly changersOf: (contract: string) => Promise<readonly string[]>;
};

/**
 * Judges how hard a run has looked. Every fuzz property must have been tried as often as is demanded; in every campaign
 * each action of the handler, which is whatever changes something there, must have succeeded 1,000 times.
 */
export async function judgeEffort(
  suites: readonly SoliditySuite[],
  { fuzzRuns, changersOf }: Demands,
): Promise<Effort> {
  const campaigns = await Promise.all(campaignsOf(suites).map((campaign) => judgeCampaign(campaign, changersOf)));
  const efforts = [judgeFuzzing(suites, fuzzRuns), ...campaigns];
  return { report: efforts.flatMap(({ report }) => report), faults: efforts.flatMap(({ faults }) => faults) };
}

function judgeFuzzing(suites: readonly SoliditySuite[], fuzzRuns: bigint): Effort {
  const properties = suites.flatMap(({ id, testResults }) =>
    testResults.filter(isProperty).map(({ name, kind }) => ({ name: `${id.name}.${name}`, runs: kind.runs ?? 0n })),
  );
  const few = properties.filter(({ runs }) => runs < fuzzRuns);
  return {
    report: [`${properties.length} fuzz properties, ${properties.length - few.length} of them tried ${fuzzRuns} times`],
    faults: [
      ...(properties.length === 0 ? ["no fuzz property was tried"] : []),
      ...few.map(({ name, runs }) => `${name} was tried ${runs} times only`),
    ],
  };
}

function isProperty({ status, kind }: SolidityTest): boolean {
  return status === "Success" && kind.runs !== undefined && kind.metrics === undefined;
}

function campaignsOf(suites: readonly SoliditySuite[]): readonly Campaign[] {
  return suites.flatMap(({ id, testResults }) =>
    testResults.flatMap(({ status, kind }) =>
      status === "Success" && kind.metrics !== undefined ? [{ suite: id.name, metrics: kind.metrics }] : [],
    ),
  );
}

async function judgeCampaign({ suite, metrics }: Campaign, changersOf: Demands["changersOf"]): Promise<Effort> {
  const successes = new Map<string, bigint>();
  for (const [key, { calls, reverts, discards }] of Object.entries(metrics)) {
    successes.set(key.slice(key.lastIndexOf(":") + 1), calls - reverts - discards);
  }
  const handlers = new Set([...successes.keys()].map((key) => key.slice(0, key.indexOf("."))));
  const actions: string[] = [];
  for (const handler of handlers) {
    const changers = await changersOf(handler);
    actions.push(...changers.filter((name) => !PREPARATIONS.includes(name)).map((name) => `${handler}.${name}`));
  }
  const counted = actions.map((action) => ({ action, count: successes.get(action) ?? 0n }));
  return {
    report: [`campaign ${suite}`, ...counted.map(({ action, count }) => `  ${action}: ${count} successes`)],
    faults: [
      ...(actions.length === 0 ? [`campaign ${suite}: no action was called`] : []),
      ...counted
        .filter(({ count }) => count < MIN_SUCCESSES)
        .map(({ action, count }) => `campaign ${suite}: ${action} succeeded ${count} times, not ${MIN_SUCCESSES}`),
    ],
  };
}
