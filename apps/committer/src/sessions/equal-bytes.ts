/** Whether two public byte strings are the same. Not for secrets: it takes as long as the common beginning. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
