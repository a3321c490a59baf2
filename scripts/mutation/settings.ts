// packages/tss/mutation.json: which files hold checks, and the mutants that no test can kill, each with its reason.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findMutants, type Mutant } from "./mutants.ts";
import { PACKAGE, ROOT } from "./working-copy.ts";

/** The settings as they stand in the file. */
export type Settings = {
  /** Patterns of sources, relative to the package. */
  readonly files: readonly string[];
  /** Patterns of tests that are not asked, because each takes too long to be run once per mutant. */
  readonly slow: readonly string[];
  /** Mutants of a file with this text at the check (and this replacement, if given), and why they change nothing. */
  readonly equivalent: readonly Equivalent[];
};

/** An entry stands for every mutant of its file with its text. */
export type Equivalent = {
  readonly file: string;
  readonly text: string;
  readonly replacement?: string;
  readonly reason: string;
};

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
export function isEquivalent({ equivalent }: Settings, mutant: Mutant & { readonly file: string }): boolean {
  return equivalent.some((entry) => entry.file === mutant.file && names(entry, mutant));
}

/** Entries that name no mutant any more: the code moved on and the reason must be looked at again. */
export function staleEntries(folder: string, { equivalent }: Settings): readonly string[] {
  return equivalent
    .filter((entry) => {
      const path = join(folder, entry.file);
      if (!existsSync(path)) return true;
      return !findMutants(entry.file, readFileSync(path, "utf8")).some((mutant) => names(entry, mutant));
    })
    .map(({ file, text }) => `${PACKAGE}/mutation.json: no mutant "${text}" in ${file}`);
}

function names({ text, replacement }: Equivalent, mutant: Mutant): boolean {
  return text === oneLine(mutant.text) && (replacement ?? mutant.replacement.trim()) === mutant.replacement.trim();
}
