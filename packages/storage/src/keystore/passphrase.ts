/**
 * Bytes of a typed passphrase: Unicode NFKC, then UTF-8, so that two keyboards that compose an accent differently open
 * the same file. A passphrase that was a string stays in memory until the garbage collector takes it: JavaScript cannot
 * wipe a string.
 */
export function passphraseBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text.normalize("NFKC"));
}
