import { StorageError } from "./storage-error.ts";

const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;
const PRIMARY_CODE = 0xff;

/** SQLite's primary result code of an error thrown by `node:sqlite`, `undefined` for any other value. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & PRIMARY_CODE;
}

/** Whether SQLite refused because another connection holds the lock. */
export function isBusy(error: unknown): boolean {
  return resultCode(error) === SQLITE_BUSY;
}

/**
 * The typed error of a failed database or file operation: damage is `STORE_DAMAGED`, a failure of SQLite or of the
 * file system is `STORE_IO`. Any other error is handed back as it is, because it is not storage that failed.
 */
export function asStorageError(error: unknown, path: string, action: string): unknown {
  if (!(error instanceof Error) || error instanceof StorageError) return error;
  const code = resultCode(error);
  const options = { cause: error };
  if (code === SQLITE_CORRUPT || code === SQLITE_NOTADB) {
    return new StorageError({ code: "STORE_DAMAGED", path, finding: error.message }, options);
  }
  const isSystemError = "syscall" in error;
  if (code === undefined && !isSystemError) return error;
  return new StorageError({ code: "STORE_IO", action, reason: error.message }, options);
}
