import { StorageError } from "@synod/storage";
import { messageOf } from "../failure.ts";

/**
 * Runs a write to a file beside the database. When it fails, the disk has failed, and that is told the same way.
 * Errors: `StorageError` `STORE_IO`.
 */
export function storing(path: string, write: () => void): void {
  try {
    write();
  } catch (cause) {
    throw new StorageError({ code: "STORE_IO", action: `write ${path}`, reason: messageOf(cause) }, { cause });
  }
}
