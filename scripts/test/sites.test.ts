import { afterEach, describe, expect, it } from "vitest";
import { applyMutant, findMutants } from "../mutation/mutants.ts";
import { activate, observe } from "../mutation/observe.ts";
import type { Seen } from "../mutation/protocol.ts";
import { type Placed, type Site, sitesOf, wouldChange, writeRecorded, writeSwitched } from "../mutation/sites.ts";

/** Nested checks of every kind: a bound in an operand, a predicate in an assertion, a check in a check. */
const SOURCE = `
  const assertAll = (ok) => { if (!ok) throw new RangeError("not all"); };
  const isSmall = (a) => a.every((x) => x < 4) && !(a.length === 0 || a[0] >= 3);
  assertAll(list.every((x) => x <= 7));
  if (list.length > limit(list)) return "long";
  const isOdd = list.length % 2 === 1 || list.includes(limit(list) <= 2 ? 1 : 2);
  return isOdd ? isSmall(list) : undefined;
`;
const LISTS = [[], [1], [2, 3], [3], [4, 1], [1, 9], [8], [7, 0], [1, 2, 3, 4], [2, 2, 2]];

const WRAPPER = "function f() {";

/** The mutants of a function's body. */
function place(body: string): readonly Placed[] {
  const by = WRAPPER.length;
  return findMutants("a.ts", `${WRAPPER}${body}}`).map(({ start, end, around, ...rest }, index) => ({
    ...rest,
    file: "a.ts",
    id: index + 1,
    start: start - by,
    end: end - by,
    around: { start: around.start - by, end: around.end - by },
  }));
}

const mutants = place(SOURCE);
const sites = sitesOf(mutants, 0);

function run(body: string, list: readonly number[]): unknown {
  const limit = ([first = 2]: readonly number[]): number => first;
  try {
    return new Function("list", "limit", body)(list, limit);
  } catch (error) {
    return error instanceof Error ? error.name : error;
  }
}

afterEach(() => activate(0));

describe("writeSwitched", () => {
  it("does with each mutant active what the source with that mutant does, and nothing new without", () => {
    const switched = writeSwitched(SOURCE, sites);
    expect(mutants.length).toBeGreaterThan(15);
    for (const list of LISTS) {
      activate(0);
      expect(run(switched, list)).toEqual(run(SOURCE, list));
      for (const mutant of mutants) {
        activate(mutant.id);
        expect(run(switched, list), `${mutant.text} -> ${mutant.replacement}`).toEqual(
          run(applyMutant(SOURCE, mutant), list),
        );
      }
    }
  });
});

describe("writeRecorded", () => {
  function record(list: readonly number[]): Seen {
    const take = observe(sites.length);
    expect(run(writeRecorded(SOURCE, sites), list)).toEqual(run(SOURCE, list));
    return take();
  }

  function changed(seen: Seen): readonly Placed[] {
    const byId = new Map(sites.map((site): [number, Site] => [site.id, site]));
    return seen.flatMap(([id, saw]) => byId.get(id)?.mutants.filter((mutant) => wouldChange(mutant, saw)) ?? []);
  }

  it("leaves no mutant out that changes what happens", () => {
    for (const list of LISTS) {
      const witnessed = changed(record(list));
      const effective = mutants.filter((mutant) => run(applyMutant(SOURCE, mutant), list) !== run(SOURCE, list));
      expect(witnessed).toEqual(expect.arrayContaining([...effective]));
    }
  });

  it("leaves out a mutant whose check said the same every time", () => {
    const long = changed(record([1])).filter(({ text }) => text.startsWith("list.length >"));
    expect(long).toEqual([]);
    const bound = changed(record([1])).filter(({ text, replacement }) => text.trim() === ">" && replacement === " >= ");
    expect(bound).toHaveLength(1);
  });

  it("sees that a check threw, and that an assertion did", () => {
    const source = "if (missing.length === 3) return 1;";
    const [mutant] = place(source);
    const take = observe(1);
    expect(run(writeRecorded(source, sitesOf(place(source), 0)), [])).toBe("ReferenceError");
    expect(take().map(([, saw]) => mutant && wouldChange(mutant, saw))).toEqual([true]);
    const assertion = mutants.filter(({ replacement }) => replacement === ";");
    expect(changed(record([8]))).toEqual(expect.arrayContaining(assertion));
    expect(changed(record([1]))).not.toEqual(expect.arrayContaining(assertion));
  });
});
