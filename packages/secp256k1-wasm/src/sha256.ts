import type { HashBackend } from "@synod/tss";
import {
  BLOCK_BYTES,
  CONSTANTS_ADDRESS,
  INITIAL_STATE,
  LANES,
  ROUND_CONSTANTS,
  ROW_WORDS,
  STATE_ADDRESS,
  STATE_WORDS,
  sha256Module,
} from "./sha256-module.ts";

type Sha256Exports = {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly compress: (address: number, blocks: number, unused: number) => void;
  readonly hashRows: (rows: number, digests: number, groups: number) => void;
};

// The global of that name. Its types stand in the library for pages, which would make all of a page's globals known.
declare const WebAssembly: {
  instantiate(bytes: Uint8Array<ArrayBuffer>): Promise<{ readonly instance: { readonly exports: unknown } }>;
};

/** Where data starts in the one page of memory, after the state or the key and the constants. */
const DATA = 512;

/** Bytes that are hashed per call. */
const CHUNK = 512 * BLOCK_BYTES;

/** Rows that are hashed per call, and where their digests go: both fit into the page. */
const CHUNK_ROWS = 512;
const DIGESTS = DATA + 4 * ROW_WORDS * CHUNK_ROWS;

/**
 * Compiles the module.
 * @throws whatever WebAssembly throws where it, or its vector instructions, are missing or forbidden
 */
export async function loadSha256(): Promise<HashBackend> {
  const { instance } = await WebAssembly.instantiate(sha256Module());
  // What the module exports is fixed by sha256Module, which types cannot see.
  const exports = instance.exports as Sha256Exports;
  const bytes = new Uint8Array(exports.memory.buffer);
  const words = new Int32Array(exports.memory.buffer);
  const view = new DataView(exports.memory.buffer);

  words.set(ROUND_CONSTANTS, CONSTANTS_ADDRESS / 4);

  function compress(blocks: Uint8Array): void {
    bytes.set(blocks, DATA);
    exports.compress(DATA, blocks.length / BLOCK_BYTES, 0);
  }

  /** The last block or two: what is left of the message, a bit, zeros, the length in bits. */
  function compressLast(message: Uint8Array): void {
    const rest = message.length % BLOCK_BYTES;
    const end = DATA + (rest < BLOCK_BYTES - 8 ? BLOCK_BYTES : 2 * BLOCK_BYTES);
    bytes.fill(0, DATA + rest, end);
    if (rest > 0) bytes.set(message.subarray(message.length - rest), DATA);
    bytes[DATA + rest] = 0x80;
    view.setUint32(end - 8, Math.floor(message.length / 2 ** 29));
    view.setUint32(end - 4, message.length << 3);
    exports.compress(DATA, (end - DATA) / BLOCK_BYTES, 0);
  }

  function hashChunk(rows: Int32Array): Int32Array {
    const count = rows.length / ROW_WORDS;
    words.set(rows, DATA / 4);
    exports.hashRows(DATA, DIGESTS, Math.ceil(count / LANES));
    return words.subarray(DIGESTS / 4, DIGESTS / 4 + STATE_WORDS * count);
  }

  /** Zeroes the state and so many bytes of data. */
  function wipe(length: number): void {
    words.fill(0, STATE_ADDRESS / 4, STATE_ADDRESS / 4 + STATE_WORDS);
    bytes.fill(0, DATA, DATA + length);
  }

  return {
    sha256(message) {
      words.set(INITIAL_STATE, STATE_ADDRESS / 4);
      const whole = message.length - (message.length % BLOCK_BYTES);
      for (let at = 0; at < whole; at += CHUNK) compress(message.subarray(at, Math.min(at + CHUNK, whole)));
      compressLast(message);
      const digest = new Uint8Array(4 * STATE_WORDS);
      const out = new DataView(digest.buffer);
      for (let i = 0; i < STATE_WORDS; i++) out.setInt32(4 * i, words[STATE_ADDRESS / 4 + i] ?? 0);
      wipe(Math.min(CHUNK, message.length + 2 * BLOCK_BYTES));
      return digest;
    },
    hashRows(key, rows) {
      const keyView = new DataView(key.buffer, key.byteOffset, key.byteLength);
      for (let i = 0; i < STATE_WORDS; i++) view.setInt32(STATE_ADDRESS + 4 * i, keyView.getInt32(4 * i), true);
      const digests = new Int32Array((rows.length / ROW_WORDS) * STATE_WORDS);
      for (let at = 0; at < rows.length; at += CHUNK_ROWS * ROW_WORDS) {
        digests.set(hashChunk(rows.subarray(at, at + CHUNK_ROWS * ROW_WORDS)), (at / ROW_WORDS) * STATE_WORDS);
      }
      wipe(DIGESTS - DATA + 4 * STATE_WORDS * CHUNK_ROWS);
      return digests;
    },
  };
}
