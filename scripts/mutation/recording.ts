// What the tests do without a mutant: how long each takes, and which mutants it could see.
import type { Entry, Seen } from "./protocol.ts";
import { type Placed, type Site, wouldChange } from "./sites.ts";

/** One test, or what a file does outside its tests; `ms` of processor time. */
export type Recorded = { readonly file: string; readonly ms: number; readonly seen: Seen };

/** A test, by the runner's id. */
export type RecordedTest = Recorded & { readonly test: string; readonly name: string };

/** One full run of the tests. */
export type Recording = {
  /** Cheapest first. */
  readonly tests: readonly RecordedTest[];
  /** What happens when a file is loaded, and in the hooks that its tests share. */
  readonly files: readonly Recorded[];
  readonly failed: readonly string[];
};

/** Who could notice a mutant, cheapest first; what tests of the same area cost counts for less. */
export type Witnesses = {
  readonly tests: readonly RecordedTest[];
  /** Files that come across it outside their tests. */
  readonly files: readonly string[];
};

/** Reads a recording from the log of the run. */
export function readRecording(log: readonly Entry[]): Recording {
  const tests = log.filter((entry) => entry.kind === "test").toSorted((a, b) => a.ms - b.ms);
  const costs = Map.groupBy(tests, ({ file }) => file);
  const files = log
    .filter((entry) => entry.kind === "file")
    .map(({ file, seen }) => ({ file, seen, ms: (costs.get(file) ?? []).reduce((sum, { ms }) => sum + ms, 0) }))
    .toSorted((a, b) => a.ms - b.ms);
  return { tests, files, failed: tests.filter(({ passed }) => !passed).map(({ file, name }) => `${file}: ${name}`) };
}

/** How much more likely a test of the same area notices a mutant, by rule of thumb. */
const NEARNESS = 3;

/** `src/engine/admit.ts` and `test/engine/session.test.ts` are of the area `engine`. */
function areaOf(file: string): string {
  return file.split("/")[1] ?? "";
}

function byPromise(source: string, tests: readonly RecordedTest[]): readonly RecordedTest[] {
  const cost = ({ file, ms }: RecordedTest): number => (areaOf(file) === areaOf(source) ? ms / NEARNESS : ms);
  return tests.toSorted((a, b) => cost(a) - cost(b));
}

/** For each mutant, by number, the tests in which it would have made a difference. */
export function findWitnesses(sites: readonly Site[], { tests, files }: Recording): ReadonlyMap<number, Witnesses> {
  const byId = new Map(sites.map((site) => [site.id, site]));
  const seenBy = tests.map((test) => ({ test, changed: changedIn(byId, test.seen) }));
  const loadedBy = files.map(({ file, seen }) => ({ file, changed: changedIn(byId, seen) }));
  return new Map(
    sites
      .flatMap(({ mutants }) => mutants)
      .map(({ id, file }) => [
        id,
        {
          tests: byPromise(
            file,
            seenBy.filter(({ changed }) => changed.has(id)).map(({ test }) => test),
          ),
          files: loadedBy.filter(({ changed }) => changed.has(id)).map((loaded) => loaded.file),
        },
      ]),
  );
}

/** Calls that do more than answer: taken away, they do not happen, whatever the answer would have been. */
const HAS_EFFECT =
  /\.(?:bytes|u8|u16|u32|u64|scalar|point|take|delete|add|set|next|push|shift|pop)\(|\b(?:take|read|burn|wipe)[A-Z]?\w*\(/;

function isWitnessed(mutant: Placed, saw: number): boolean {
  return wouldChange(mutant, saw) || (saw !== 0 && HAS_EFFECT.test(mutant.text));
}

function changedIn(sites: ReadonlyMap<number, Site>, seen: Seen): ReadonlySet<number> {
  const changed = seen.flatMap(([site, saw]): readonly Placed[] =>
    (sites.get(site)?.mutants ?? []).filter((mutant) => isWitnessed(mutant, saw)),
  );
  return new Set(changed.map(({ id }) => id));
}
