import { sha256 } from "@noble/hashes/sha2.js";

/** SHA-256 of secret and public data by another implementation, which keeps nothing of what it hashed. */
export type HashBackend = {
  /** The digest, 32 bytes. */
  readonly sha256: (message: Uint8Array) => Uint8Array;
  /**
   * The digests of strings of 52 bytes: the key and the five words of a row, big-endian.
   * @param key 32 bytes
   * @param rows five words each
   * @returns eight words each
   */
  readonly hashRows: (key: Uint8Array, rows: Int32Array) => Int32Array;
};

/** Around the length of a block, and more than an implementation may take in one piece. */
const LENGTHS = [0, 55, 56, 63, 64, 119, 120, 70_000];

/** More than one piece again, and not a multiple of how many may be hashed together. */
const ROWS = 2_051;

const ROW_WORDS = 5;

/** Bytes of {@link HashBackend.hashRows}'s answer, or of its rows. */
function bigEndian(words: Int32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  for (const [i, word] of words.entries()) view.setInt32(4 * i, word);
  return new Uint8Array(view.buffer);
}

function isSame(actual: Uint8Array, expected: Uint8Array): boolean {
  return actual.length === expected.length && actual.every((byte, i) => byte === expected[i]);
}

/** Whether the hashes of a few messages and of the first and last of many rows are those of the hash library. */
export function isRightHash(hashes: HashBackend): boolean {
  const message = Uint8Array.from({ length: Math.max(...LENGTHS) }, (_, i) => (i * i) >>> 3);
  const key = message.slice(-32);
  const rows = Int32Array.from({ length: ROWS * ROW_WORDS }, (_, i) => i * 0x9e3779b1);
  const digests = bigEndian(hashes.hashRows(key, rows));
  const isRightRow = (i: number): boolean => {
    const row = bigEndian(rows.slice(ROW_WORDS * i, ROW_WORDS * (i + 1)));
    return isSame(digests.slice(32 * i, 32 * (i + 1)), sha256(Uint8Array.of(...key, ...row)));
  };
  const parts = LENGTHS.map((length) => message.subarray(0, length));
  return parts.every((part) => isSame(hashes.sha256(part), sha256(part))) && [0, 1, ROWS - 1].every(isRightRow);
}
