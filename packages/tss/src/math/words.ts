import { TssError } from "../errors.ts";

/** The bytes as 32-bit little-endian words. Throws `invalidLength` unless the length is a multiple of four. */
export function wordsFromBytes(bytes: Uint8Array): Uint32Array {
  if (bytes.length % 4 !== 0) throw new TssError("invalidLength", `${bytes.length} bytes are not a number of words`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const words = new Uint32Array(bytes.length / 4);
  for (let i = 0; i < words.length; i++) words[i] = view.getUint32(4 * i, true);
  return words;
}

/** Inverse of {@link wordsFromBytes}. */
export function bytesFromWords(words: Uint32Array): Uint8Array {
  const out = new Uint8Array(4 * words.length);
  const view = new DataView(out.buffer);
  for (let i = 0; i < words.length; i++) view.setUint32(4 * i, words[i] ?? 0, true);
  return out;
}

/** Reverses the bytes of a 32-bit word: from little-endian to big-endian and back. */
export function swapBytes(word: number): number {
  return ((word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;
}
