import fc from "fast-check";
import { expect, test } from "vitest";
import { type Answer, agree, reached } from "../../../src/chain/providers/agree.ts";
import { canonicalText } from "../../../src/chain/providers/canonical.ts";

function said(provider: number, value: string): Answer<string> {
  return { kind: "said", provider: `p${provider}`, value, text: canonicalText(value) };
}

function failed(provider: number): Answer<string> {
  return { kind: "failed", provider: `p${provider}`, cause: new TypeError("no answer") };
}

const TRUTH = "truth";

/** Providers of which enough are honest; the others fail or say one of a few things, alike or not. */
const committees = fc.integer({ min: 1, max: 9 }).chain((count) => {
  const least = Math.floor(count / 2) + 1;
  return fc.integer({ min: least, max: count }).chain((quorum) =>
    fc.record({
      count: fc.constant(count),
      quorum: fc.constant(quorum),
      others: fc.array(fc.constantFrom("lie", "other lie", "failure"), { maxLength: count - quorum }),
      order: fc.array(fc.nat(), { minLength: count, maxLength: count }),
    }),
  );
});

function shuffled<Item>(items: readonly Item[], order: readonly number[]): readonly Item[] {
  return items
    .map((item, index) => ({ item, rank: order[index] ?? 0 }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}

test("with a quorum of honest providers the truth is agreed upon, in whatever order answers come", () => {
  fc.assert(
    fc.property(committees, ({ count, quorum, others, order }) => {
      const answers = Array.from({ length: count }, (_, index) => {
        const other = others[index];
        if (other === undefined) return said(index, TRUTH);
        return other === "failure" ? failed(index) : said(index, other);
      });
      const arrived: Answer<string>[] = [];
      let settled: unknown;
      for (const answer of shuffled(answers, order)) {
        arrived.push(answer);
        const agreement = agree(arrived, count, quorum);
        expect(agreement.kind).not.toBe("none");
        if (agreement.kind === "agreed") settled ??= agreement.value;
      }
      expect(settled).toBe(TRUTH);
    }),
    { numRuns: 1_000 },
  );
});

test("nothing counts that fewer than the quorum say, and no two answers ever both count", () => {
  const answers = fc.array(fc.constantFrom("one", "two", "three", "failure"), { minLength: 1, maxLength: 9 });
  fc.assert(
    fc.property(answers, fc.array(fc.nat(), { minLength: 9, maxLength: 9 }), (values, order) => {
      const quorum = Math.floor(values.length / 2) + 1;
      const all = values.map((value, index) => (value === "failure" ? failed(index) : said(index, value)));
      const one = agree(all, all.length, quorum);
      const other = agree(shuffled(all, order), all.length, quorum);
      expect(one.kind).not.toBe("open");
      expect(other).toEqual(one);
      if (one.kind === "agreed")
        expect(values.filter((value) => value === one.value).length).toBeGreaterThanOrEqual(quorum);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ["two of three are enough", [said(0, "a"), said(1, "a")], 3, 2, { kind: "agreed" }],
  ["one of three is not", [said(0, "a")], 3, 2, { kind: "open" }],
  ["two that differ wait for the third", [said(0, "a"), said(1, "b")], 3, 2, { kind: "open" }],
  [
    "three that differ are a dispute",
    [said(0, "a"), said(1, "b"), said(2, "c")],
    3,
    2,
    { kind: "none", isDisputed: true },
  ],
  [
    "of three that must agree, two that differ are one",
    [said(0, "a"), said(1, "b")],
    3,
    3,
    { kind: "none", isDisputed: true },
  ],
  ["failures are none", [said(0, "a"), failed(1), failed(2)], 3, 2, { kind: "none", isDisputed: false }],
  ["nobody to ask is no agreement", [], 0, 1, { kind: "none", isDisputed: false }],
] as const)("%s", (_what, answers, asked, quorum, expected) => {
  expect(agree(answers, asked, quorum)).toMatchObject(expected);
});

test("the greatest number that a quorum reaches lies between those of honest providers, whatever a minority says", () => {
  const honest = fc.array(fc.bigInt({ min: 50n, max: 60n }), { minLength: 2, maxLength: 5 });
  const liars = fc.array(fc.bigInt({ min: 0n, max: 1_000n }), { maxLength: 4 });
  fc.assert(
    fc.property(honest, liars, (truths, lies) => {
      fc.pre(lies.length < truths.length);
      const [greatest] = reached([...truths, ...lies], Math.floor((truths.length + lies.length) / 2) + 1);
      expect(greatest).toBeGreaterThanOrEqual(50n);
      expect(greatest).toBeLessThanOrEqual(60n);
    }),
  );
  expect(reached([3n, 9n, 5n, 5n], 2)).toEqual([5n, 3n]);
  expect(reached([3n], 2)).toEqual([]);
});

test.each([
  ["a bigint and a number", 1n, 1],
  ["a number and text", 1, "1"],
  ["a bigint and its own text", 1n, "1n"],
  ["absent and null", [undefined], [null]],
  ["an absent field and none", { a: undefined }, {}],
  ["lists cut elsewhere", [["a"], []], [[], ["a"]]],
  ["text with a comma and two texts", ["a,b"], ["a", "b"]],
  ["fields with each other's values", { a: 1, b: 2 }, { a: 2, b: 1 }],
  ["text of other case", "0xAB", "0xab"],
  ["a list and an object of the same fields", ["a"], { 0: "a" }],
])("%s have different texts", (_what, one, other) => {
  expect(canonicalText(one)).not.toBe(canonicalText(other));
});

test("the order of fields is no difference", () => {
  expect(canonicalText({ b: [1n, { d: 1, c: 2 }], a: "x" })).toBe(canonicalText({ a: "x", b: [1n, { c: 2, d: 1 }] }));
});
