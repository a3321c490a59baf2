import { installPointBackend } from "../../../src/sessions/point-arithmetic.ts";

let installed: ReturnType<typeof installPointBackend> | undefined;

/** The point arithmetic of a committer's sessions, installed once in this process: its tables are dear. */
export function pointBackend(): ReturnType<typeof installPointBackend> {
  installed ??= installPointBackend();
  return installed;
}
