import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { asStorageError } from "../environment-error.ts";
import { StorageError } from "../storage-error.ts";
import { MAX_FILE_BYTES } from "./key-file.ts";

const OTHERS = 0o077;
const EXECUTE = 0o100;

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/**
 * Makes the folder with mode 0700 when it is absent, and refuses one that others can enter.
 * Errors: `KEY_FOLDER_MODE`, `STORE_IO`.
 */
export function preparePrivateFolder(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw asStorageError(error, directory, `make the folder ${directory}`);
  }
  assertPrivateFolder(directory);
}

/** Refuses a folder that others can enter or that another user owns. Errors: `KEY_FOLDER_MODE`, `STORE_IO`. */
export function assertPrivateFolder(directory: string): void {
  const { mode, uid } = folderStatus(directory);
  if ((mode & OTHERS) !== 0 || isForeignOwner(uid)) {
    throw new StorageError({ code: "KEY_FOLDER_MODE", directory, mode });
  }
}

function folderStatus(directory: string) {
  try {
    return statSync(directory);
  } catch (error) {
    throw asStorageError(error, directory, `look at the folder ${directory}`);
  }
}

function isForeignOwner(uid: number): boolean {
  const self = process.getuid?.();
  return self !== undefined && self !== uid;
}

/** Whether a file of that name exists. */
export function hasFile(directory: string, name: string): boolean {
  return existsSync(join(directory, name));
}

/**
 * Writes a file so that after a crash it is there as a whole or not at all: a new file, synced, then given its name,
 * then the folder synced. With `onExisting: "refuse"` the name is given by a hard link, which fails when it is taken:
 * no check that a second writer could slip past.
 * Errors: `KEY_EXISTS`, `STORE_IO`.
 */
export function writePrivateFile(
  directory: string,
  name: string,
  bytes: Uint8Array,
  onExisting: "refuse" | "replace",
): void {
  const path = join(directory, name);
  const fresh = join(directory, `.${name}.new`);
  try {
    rmSync(fresh, { force: true });
    writeSynced(fresh, bytes);
    if (onExisting === "replace") renameSync(fresh, path);
    else linkSync(fresh, path);
    rmSync(fresh, { force: true });
    syncFolder(directory);
  } catch (error) {
    rmSync(fresh, { force: true });
    if (hasCode(error, "EEXIST")) throw new StorageError({ code: "KEY_EXISTS", name }, { cause: error });
    throw asStorageError(error, path, `write key file ${name}`);
  }
}

function writeSynced(path: string, bytes: Uint8Array): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(directory: string): void {
  const folder = openSync(directory, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * Bytes of a file that only this user can read. The mode is read from the opened file, not from the path, and a
 * symbolic link is refused, so what was checked is what is read.
 * Errors: `KEY_MISSING`, `KEY_FILE_MODE`, `KEY_DAMAGED` when it is too long to be a key file, `STORE_IO`.
 */
export function readPrivateFile(directory: string, name: string): Uint8Array {
  const file = openWithoutFollowing(directory, name);
  try {
    const { mode, size, uid } = fstatSync(file);
    const isPlain = (mode & constants.S_IFMT) === constants.S_IFREG;
    if (!isPlain || (mode & (OTHERS | EXECUTE)) !== 0 || isForeignOwner(uid)) {
      throw new StorageError({ code: "KEY_FILE_MODE", name, mode });
    }
    if (size > MAX_FILE_BYTES) throw new StorageError({ code: "KEY_DAMAGED", name });
    return readFileSync(file);
  } catch (error) {
    throw asStorageError(error, name, `read key file ${name}`);
  } finally {
    closeSync(file);
  }
}

function openWithoutFollowing(directory: string, name: string): number {
  const path = join(directory, name);
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw new StorageError({ code: "KEY_MISSING", name }, { cause: error });
    if (hasCode(error, "ELOOP")) throw new StorageError({ code: "KEY_FILE_MODE", name, mode: lstatSync(path).mode });
    throw asStorageError(error, path, `open key file ${name}`);
  }
}

/** Removes a file and syncs the folder. Errors: `KEY_MISSING`, `STORE_IO`. */
export function removePrivateFile(directory: string, name: string): void {
  const path = join(directory, name);
  try {
    rmSync(path);
    syncFolder(directory);
  } catch (error) {
    if (hasCode(error, "ENOENT")) throw new StorageError({ code: "KEY_MISSING", name }, { cause: error });
    throw asStorageError(error, path, `remove key file ${name}`);
  }
}
