import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { storing } from "./storing.ts";

/** Whoever reads the file may, nobody else may write it. */
const FILE_MODE = 0o600;

/** Where the audit log stands: a text that only grows. */
export type AuditFile = {
  readonly path: string;
  /** The whole text; empty when there is no file yet. */
  read(): string;
  /** Adds text at the end. Errors: `StorageError` `STORE_IO`. */
  append(text: string): void;
};

/** A file of the file system. Side effects: the first `append` makes it. */
export function auditFile(path: string): AuditFile {
  return {
    path,
    read: () => (existsSync(path) ? readFileSync(path, "utf8") : ""),
    append: (text) => storing(path, () => appendFileSync(path, text, { mode: FILE_MODE })),
  };
}
