/*
 * Mutant schemata: every mutant of a package is put into its source at once, behind a switch, so that one process can
 * try many. A site is an expression or statement that at least one mutant changes; mutants and sites have numbers that
 * are unique in the package.
 *
 * There are two ways to write a site. To judge, its mutants stand beside it and the global `synodMutant` picks one (0:
 * none). To record, it reports what it came to, from which `wouldChange` tells the mutants that a test cannot see: those
 * that would have answered the same every time.
 */
import type { Mutant, Span } from "./mutants.ts";

/** A mutant of a package: its file, relative to the package, and its number there, from 1. */
export type Placed = Mutant & { readonly file: string; readonly id: number };

/** Where mutants change one expression or statement. */
export type Site = Span & { readonly id: number; readonly mutants: readonly Placed[] };

/** What a site did while it was recorded: flags, or-ed. */
export const SAW = { true: 1, false: 2, equalOperands: 4, throw: 8 } as const;

/** How a site is written; `inner` is what stood there, and each bound has its operands apart. */
type Writer = (site: Site, inner: string, operandsOf: (mutant: Placed) => readonly [string, string]) => string;

/** The sites of one file's mutants, from the outermost inwards; their numbers follow `lastId`. */
export function sitesOf(mutants: readonly Placed[], lastId: number): readonly Site[] {
  const byPlace = Map.groupBy(mutants, ({ around }) => `${around.start}/${around.end}`);
  return [...byPlace.values()]
    .flatMap((group) => group.slice(0, 1).map(({ around }) => ({ ...around, mutants: group })))
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
    .map((site, index) => ({ ...site, id: lastId + 1 + index }));
}

/** The source with its mutants behind the switch. */
export function writeSwitched(source: string, sites: readonly Site[]): string {
  return write(source, sites, (site, inner, operandsOf) =>
    isStatement(site)
      ? `${site.mutants.map(({ id }) => `if (synodMutant !== ${id}) `).join("")}${inner}`
      : `(${site.mutants.map((one) => `synodMutant === ${one.id} ? ${replaced(one, operandsOf)} : `).join("")}${inner})`,
  );
}

/** The source whose sites report to `synodEnter`, `synodCompare` and `synodLeave`. */
export function writeRecorded(source: string, sites: readonly Site[]): string {
  return write(source, sites, (site, inner, operandsOf) => {
    if (isStatement(site)) return `{ synodEnter(${site.id}); ${inner} synodLeave(${site.id}); }`;
    const bound = site.mutants.find(isBound);
    const value =
      bound === undefined
        ? inner
        : `synodCompare(${[site.id, `"${operatorOf(bound)}"`, ...operandsOf(bound)].join(", ")})`;
    return `(synodEnter(${site.id}), synodLeave(${site.id}, ${value}))`;
  });
}

/** Whether a mutant would have done anything else where its site did `saw`. */
export function wouldChange(mutant: Mutant, saw: number): boolean {
  if (isBound(mutant)) return (saw & SAW.equalOperands) !== 0;
  if ((saw & SAW.throw) !== 0) return true;
  if (mutant.replacement === "true") return (saw & SAW.false) !== 0;
  return mutant.replacement === "false" && (saw & SAW.true) !== 0;
}

function write(source: string, sites: readonly Site[], writer: Writer): string {
  const writeSpan = (span: Span, inside: readonly Site[]): string => {
    const [site] = inside;
    if (site === undefined) return source.slice(span.start, span.end);
    const within = inside.filter((one) => one !== site && one.start >= site.start && one.end <= site.end);
    const after = inside.filter((one) => one.start >= site.end);
    const part = (start: number, end: number): string =>
      writeSpan(
        { start, end },
        within.filter((one) => one.start >= start && one.end <= end),
      );
    const operandsOf = (mutant: Placed) => [part(site.start, mutant.start), part(mutant.end, site.end)] as const;
    return [
      source.slice(span.start, site.start),
      writer(site, part(site.start, site.end), operandsOf),
      writeSpan({ start: site.end, end: span.end }, after),
    ].join("");
  };
  return writeSpan({ start: 0, end: source.length }, sites);
}

function isBound({ start, end, around }: Mutant): boolean {
  return start !== around.start || end !== around.end;
}

function isStatement({ mutants }: Site): boolean {
  return mutants.every(({ replacement }) => replacement === ";");
}

function operatorOf({ text }: Mutant): string {
  return text.trim();
}

function replaced(mutant: Placed, operandsOf: (mutant: Placed) => readonly [string, string]): string {
  return isBound(mutant) ? operandsOf(mutant).join(mutant.replacement) : mutant.replacement;
}
