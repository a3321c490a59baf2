import { sha256 as librarySha256 } from "@noble/hashes/sha2.js";
import { hashBackend } from "../math/backend.ts";

/** SHA-256: 32 bytes. By the installed backend, if it hashes. */
export function sha256(message: Uint8Array): Uint8Array {
  return hashBackend()?.sha256(message) ?? librarySha256(message);
}

/** The same as a hash function of the library, for those of its functions that take one. */
export const sha256Function: typeof librarySha256 = Object.assign(
  (message: Uint8Array) => sha256(message),
  librarySha256,
);
