import { StorageError } from "../storage-error.ts";
import { MAX_SECRET_BYTES } from "./key-file.ts";

/** Lower case only: on some file systems `A` and `a` are one file. No dot or slash: a name is never a path. */
const NAME = /^[a-z0-9][a-z0-9-]{0,127}$/;

/** Refuses a name that is not a plain lower-case file name. Errors: `KEY_NAME_INVALID`. */
export function assertKeyName(name: string): void {
  if (!NAME.test(name)) throw new StorageError({ code: "KEY_NAME_INVALID", name });
}

/** Refuses a secret that is empty or too long for a key file. Errors: `KEY_LENGTH`. */
export function assertSecretLength(name: string, secret: Uint8Array): void {
  const bytes = secret.length;
  if (bytes > 0 && bytes <= MAX_SECRET_BYTES) return;
  throw new StorageError({ code: "KEY_LENGTH", name, bytes, maxBytes: MAX_SECRET_BYTES });
}
