import { closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { lockDirectory } from "./directory-lock.ts";
import { asStorageError } from "./environment-error.ts";
import { MIGRATIONS } from "./schema.ts";
import { StorageError } from "./storage-error.ts";

/** "Synd" in ASCII: marks the file as ours in SQLite's own header. */
const APPLICATION_ID = 0x53796e64;
const OTHERS = 0o077;

/** Options of `openDatabase`. */
export interface DatabaseOptions {
  /** Folder of the committer's data; made with mode 0700 when absent. */
  readonly directory: string;
  /** Name of the database file in it. Default `committer.db`. */
  readonly fileName?: string;
}

/** An open database that this process alone may write. */
export interface Database {
  readonly connection: DatabaseSync;
  /**
   * Runs `work` as one transaction: all of its writes are found after a crash, or none. When it returns, they are
   * synced. Errors: what `work` throws, after a rollback; `STORE_IO` when the commit fails.
   */
  transaction<Result>(work: () => Result): Result;
  /** Closes the file and gives up the lock. Calling it twice is harmless. */
  close(): void;
}

/**
 * Opens the committer's database: WAL, one sync per commit, foreign keys on, checked for damage, migrated to this
 * version's schema, and locked against any other process for as long as it is open. The operating system gives up the
 * lock when the process ends, however it ends.
 * Errors: `STORE_LOCKED`, `STORE_FOLDER_MODE`, `STORE_NEWER`, `STORE_FOREIGN`, `STORE_DAMAGED`, `STORE_UNSYNCED`,
 * `STORE_IO`.
 * Side effects: makes the folder and the files in it.
 */
export function openDatabase(options: DatabaseOptions): Database {
  const path = join(options.directory, options.fileName ?? "committer.db");
  prepareDirectory(options.directory);
  const lock = lockDirectory(options.directory);
  try {
    createPrivately(path);
    const connection = openConnection(path);
    return new LockedDatabase(connection, lock.release);
  } catch (error) {
    lock.release();
    throw asStorageError(error, path, `open ${path}`);
  }
}

class LockedDatabase implements Database {
  readonly connection: DatabaseSync;
  readonly #releaseLock: () => void;

  constructor(connection: DatabaseSync, releaseLock: () => void) {
    this.connection = connection;
    this.#releaseLock = releaseLock;
  }

  transaction<Result>(work: () => Result): Result {
    if (!this.connection.isOpen) throw new StorageError({ code: "STORE_CLOSED" });
    const path = this.connection.location() ?? "the database";
    try {
      this.connection.exec("BEGIN IMMEDIATE");
      const result = work();
      this.connection.exec("COMMIT");
      return result;
    } catch (error) {
      this.#rollBack();
      throw asStorageError(error, path, "write to the database");
    }
  }

  /** On a failing disk this fails as well; what made it necessary is what the caller must hear of. */
  #rollBack(): void {
    try {
      if (this.connection.isTransaction) this.connection.exec("ROLLBACK");
    } catch {
      // SQLite rolls back what was not committed when the file is opened again.
    }
  }

  close(): void {
    if (!this.connection.isOpen) return;
    this.connection.close();
    this.#releaseLock();
  }
}

function prepareDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw asStorageError(error, directory, `make the folder ${directory}`);
  }
  const { mode } = statSync(directory);
  if ((mode & OTHERS) !== 0) throw new StorageError({ code: "STORE_FOLDER_MODE", directory, mode });
}

/** SQLite would make the file with the process's umask; its journal files then take the mode of the file. */
function createPrivately(path: string): void {
  closeSync(openSync(path, "a", 0o600));
}

function openConnection(path: string): DatabaseSync {
  const connection = new DatabaseSync(path, { enableForeignKeyConstraints: true, allowExtension: false });
  try {
    assertOurs(connection, path);
    assertSound(connection, path);
    makeDurable(connection, path);
    migrate(connection);
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function pragma(connection: DatabaseSync, name: string): unknown {
  const row = connection.prepare(`PRAGMA ${name}`).get();
  return row === undefined ? undefined : Object.values(row)[0];
}

function assertOurs(connection: DatabaseSync, path: string): void {
  const id = pragma(connection, "application_id");
  if (id === APPLICATION_ID) return;
  const tables = connection.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.count;
  if (id !== 0 || tables !== 0) throw new StorageError({ code: "STORE_FOREIGN", path });
}

function assertSound(connection: DatabaseSync, path: string): void {
  const finding = pragma(connection, "quick_check");
  if (finding !== "ok") throw new StorageError({ code: "STORE_DAMAGED", path, finding: String(finding) });
}

/** A setting that SQLite cannot honour is ignored without a word, so each is read back. */
function makeDurable(connection: DatabaseSync, path: string): void {
  connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA fullfsync = ON;");
  connection.exec("PRAGMA checkpoint_fullfsync = ON; PRAGMA trusted_schema = OFF;");
  const wanted = { journal_mode: "wal", synchronous: 2, foreign_keys: 1 };
  for (const [setting, value] of Object.entries(wanted)) {
    const found = pragma(connection, setting);
    if (found !== value) throw new StorageError({ code: "STORE_UNSYNCED", path, setting, value: String(found) });
  }
}

function migrate(connection: DatabaseSync): void {
  const known = MIGRATIONS.length;
  const found = schemaVersion(connection);
  if (found > known) throw new StorageError({ code: "STORE_NEWER", found, known });
  if (found === known) return;
  connection.exec("BEGIN IMMEDIATE");
  for (const statements of MIGRATIONS.slice(found)) connection.exec(statements);
  connection.prepare("INSERT OR REPLACE INTO schema_version (only_row, version) VALUES (1, ?)").run(known);
  connection.exec(`PRAGMA application_id = ${APPLICATION_ID}; COMMIT`);
}

function schemaVersion(connection: DatabaseSync): number {
  if (pragma(connection, "application_id") !== APPLICATION_ID) return 0;
  return Number(connection.prepare("SELECT version FROM schema_version").get()?.version ?? 0);
}
