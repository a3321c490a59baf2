// packages/tss/mutation.json: which files hold checks, and the mutants that no test can kill, each with its reason.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutant } from "./mutants.ts";
import { PACKAGE, ROOT } from "./working-copy.ts";

/** The settings as they stand in the file. */
export type Settings = {
  /** Patterns of sources, relative to the package. */
  readonly files: readonly string[];
  /** Patterns of tests that are not asked, because each takes too long to be run once per mutant. */
  readonly slow: readonly string[];
  /** Mutants that change nothing, and why. */
  readonly equivalent: readonly Equivalent[];
};

/** The mutants of a file with one of these texts at the check (and on this line, and with this replacement, if given). */
export type Equivalent = {
  readonly file: string;
  readonly texts: readonly string[];
  /** A part of the line that the check stands on. */
  readonly line?: string;
  readonly replacement?: string;
  readonly reason: string;
};

/** A mutant with all that an entry may name. */
export type Named = Mutant & { readonly file: string; readonly source: string };

/** Reads the settings of the work tree. */
export function readSettings(): Settings {
  return JSON.parse(readFileSync(join(ROOT, PACKAGE, "mutation.json"), "utf8")) as Settings;
}

/** A stretch of source on one line, cut where it gets long. */
export function oneLine(text: string): string {
  const flat = text.replace(/\s+/g, " ").trim();
  return flat.length > 90 ? `${flat.slice(0, 87)}...` : flat;
}

/** Whether the settings say that no test can kill the mutant. */
export function isEquivalent({ equivalent }: Settings, mutant: Named): boolean {
  return equivalent.some(
    (entry) => entry.file === mutant.file && entry.texts.some((text) => names(entry, text, mutant)),
  );
}

/** Entries that name no mutant any more: the code moved on and the reason must be looked at again. */
export function staleEntries({ equivalent }: Settings, mutants: readonly Named[]): readonly string[] {
  return equivalent.flatMap((entry) => {
    const own = mutants.filter(({ file }) => file === entry.file);
    const stale = entry.texts.filter((text) => !own.some((mutant) => names(entry, text, mutant)));
    return stale.map((text) => `${PACKAGE}/mutation.json: no mutant "${text}" in ${entry.file}`);
  });
}

function names({ line, replacement }: Equivalent, text: string, mutant: Named): boolean {
  const isThere = line === undefined || (mutant.source.split("\n")[mutant.line - 1] ?? "").includes(line);
  const isMeant = replacement === undefined || replacement === mutant.replacement.trim();
  return text === oneLine(mutant.text) && isThere && isMeant;
}
