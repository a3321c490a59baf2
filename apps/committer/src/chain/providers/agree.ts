/** What one provider answered to a question. `text` is the canonical text of `value`. */
export type Answer<Value> =
  | { readonly kind: "said"; readonly provider: string; readonly value: Value; readonly text: string }
  | { readonly kind: "failed"; readonly provider: string; readonly cause: unknown };

/** An answer that is one. */
export type Saying<Value> = Extract<Answer<Value>, { kind: "said" }>;

/**
 * Where a question stands. `open`: answers that are still to come can decide it. `none`: they cannot; `isDisputed`
 * tells providers that contradict each other from providers that do not answer.
 */
export type Agreement<Value> =
  | { readonly kind: "agreed"; readonly value: Value; readonly text: string }
  | { readonly kind: "open" }
  | { readonly kind: "none"; readonly isDisputed: boolean };

/** Those of the answers that are no failures. */
export function sayings<Value>(answers: readonly Answer<Value>[]): readonly Saying<Value>[] {
  return answers.filter((answer) => answer.kind === "said");
}

/**
 * Whether `quorum` of the providers said the same. With 2 · quorum > `asked` at most one answer can have that many, so
 * the order in which answers come changes nothing.
 * @param answers at most one of each provider
 * @param asked how many providers may answer, those that did included
 */
export function agree<Value>(answers: readonly Answer<Value>[], asked: number, quorum: number): Agreement<Value> {
  const said = sayings(answers);
  const groups = Map.groupBy(said, ({ text }) => text);
  const largest = [...groups.values()].reduce<readonly Saying<Value>[]>(
    (best, group) => (group.length > best.length ? group : best),
    [],
  );
  const first = largest[0];
  if (first !== undefined && largest.length >= quorum) return { kind: "agreed", value: first.value, text: first.text };
  const outstanding = asked - answers.length;
  return largest.length + outstanding >= quorum ? { kind: "open" } : { kind: "none", isDisputed: groups.size > 1 };
}

/** The numbers that at least `quorum` of the given ones reach, greatest first, each once; none when there are fewer. */
export function reached(numbers: readonly bigint[], quorum: number): readonly bigint[] {
  const sorted = numbers.toSorted((one, other) => (one > other ? -1 : one < other ? 1 : 0));
  return [...new Set(sorted.slice(quorum - 1))];
}
