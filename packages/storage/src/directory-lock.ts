import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { asStorageError, isBusy } from "./environment-error.ts";
import { StorageError } from "./storage-error.ts";

/** A folder held by this process. */
export interface DirectoryLock {
  /** Gives the folder up. Calling it twice is harmless. */
  release(): void;
}

/**
 * Holds a folder for one process: an exclusive transaction, never committed, on an empty database of its own. It is a
 * lock of the operating system, so `kill -9` and a power cut give it up and no stale file can keep the next start out.
 * The database of the data is another file: it stays readable for a backup while it is locked.
 * Errors: `STORE_LOCKED` at once when another connection, of this process or another, holds it; `STORE_IO`.
 */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, "lock");
  try {
    closeSync(openSync(path, "a", 0o600));
    const connection = new DatabaseSync(path, { timeout: 0 });
    return hold(connection, directory);
  } catch (error) {
    throw asStorageError(error, path, `lock ${directory}`);
  }
}

function hold(connection: DatabaseSync, directory: string): DirectoryLock {
  try {
    connection.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    connection.close();
    if (isBusy(error)) throw new StorageError({ code: "STORE_LOCKED", directory }, { cause: error });
    throw error;
  }
  return {
    release: () => {
      if (connection.isOpen) connection.close();
    },
  };
}
