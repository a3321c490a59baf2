import { createHash } from "node:crypto";

/**
 * SHA-256 over the parts, each with its length in front, so that no two lists of parts share a checksum.
 * It tells damage, not tampering: whoever can write the file can also write the checksum.
 */
export function checksum(...parts: readonly string[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = Buffer.from(part, "utf8");
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(bytes.length));
    hash.update(length).update(bytes);
  }
  return hash.digest();
}

/** Whether a stored column holds exactly these bytes. */
export function isSameBytes(stored: unknown, expected: Uint8Array): boolean {
  return stored instanceof Uint8Array && Buffer.compare(stored, expected) === 0;
}
