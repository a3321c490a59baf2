import { hashBackend } from "../math/backend.ts";
import { assertLength, wipe } from "../math/bytes.ts";
import { wordsFromEncoded } from "../math/scalar-words.ts";

/*
 * SHA-256 of strings of exactly 52 bytes, key (32) || u32 index (big-endian) || value (16), in one compression each.
 * A presignature needs thousands of such hashes; the general function spends most of its time on buffers. The key is
 * itself the hash of a domain tag and a session id, so strings under different tags never coincide.
 */

/** Round constants of SHA-256 (FIPS 180-4, section 4.2.2). */
const ROUND_CONSTANTS = new Int32Array([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
]);

/** Initial state of SHA-256 (FIPS 180-4, section 5.3.3). */
const INITIAL_STATE = new Int32Array([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

const KEY_WORDS = 8;

/** Words of a row: its index and its value. */
export const ROW_HASH_WORDS = 5;

/** Words of a digest. */
export const DIGEST_WORDS = 8;

const STRING_BITS = 52 * 8;

/** Words 16 to 63 of the message schedule; the last two words stay in variables, because each word needs them. */
function extendSchedule(w: Int32Array): void {
  let y0 = w[14] ?? 0;
  let y1 = w[15] ?? 0;
  let x0 = w[0] ?? 0;
  for (let i = 16; i < 64; i += 2) {
    const x1 = w[i - 15] ?? 0;
    const x2 = w[i - 14] ?? 0;
    const s0 = ((x1 >>> 7) | (x1 << 25)) ^ ((x1 >>> 18) | (x1 << 14)) ^ (x1 >>> 3);
    const s1 = ((y0 >>> 17) | (y0 << 15)) ^ ((y0 >>> 19) | (y0 << 13)) ^ (y0 >>> 10);
    y0 = (x0 + s0 + (w[i - 7] ?? 0) + s1) | 0;
    const s2 = ((x2 >>> 7) | (x2 << 25)) ^ ((x2 >>> 18) | (x2 << 14)) ^ (x2 >>> 3);
    const s3 = ((y1 >>> 17) | (y1 << 15)) ^ ((y1 >>> 19) | (y1 << 13)) ^ (y1 >>> 10);
    y1 = (x1 + s2 + (w[i - 6] ?? 0) + s3) | 0;
    w[i] = y0;
    w[i + 1] = y1;
    x0 = x2;
  }
}

/**
 * Rounds `first` to `last` - 1 of the compression function on the scheduled block `w`, from the working variables in
 * `start` to those in `out`. Four rounds at a time, whose results take each other's places: after them the two halves of
 * the variables change places, instead of all eight in every round. No array is destructured here: that alone would
 * triple the time.
 * @param first a multiple of four, like `last`
 */
function runRounds(w: Int32Array, start: Int32Array, out: Int32Array, first: number, last: number): void {
  let a = start[0] ?? 0;
  let b = start[1] ?? 0;
  let c = start[2] ?? 0;
  let d = start[3] ?? 0;
  let e = start[4] ?? 0;
  let f = start[5] ?? 0;
  let g = start[6] ?? 0;
  let h = start[7] ?? 0;
  let t = 0;
  const k = ROUND_CONSTANTS;
  for (let i = first; i < last; i += 4) {
    t = h + (((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7)));
    t = (t + (g ^ (e & (f ^ g))) + (k[i] ?? 0) + (w[i] ?? 0)) | 0;
    d = (d + t) | 0;
    h = (((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))) + ((a & b) | (c & (a | b)));
    h = (h + t) | 0;
    t = g + (((d >>> 6) | (d << 26)) ^ ((d >>> 11) | (d << 21)) ^ ((d >>> 25) | (d << 7)));
    t = (t + (f ^ (d & (e ^ f))) + (k[i + 1] ?? 0) + (w[i + 1] ?? 0)) | 0;
    c = (c + t) | 0;
    g = (((h >>> 2) | (h << 30)) ^ ((h >>> 13) | (h << 19)) ^ ((h >>> 22) | (h << 10))) + ((h & a) | (b & (h | a)));
    g = (g + t) | 0;
    t = f + (((c >>> 6) | (c << 26)) ^ ((c >>> 11) | (c << 21)) ^ ((c >>> 25) | (c << 7)));
    t = (t + (e ^ (c & (d ^ e))) + (k[i + 2] ?? 0) + (w[i + 2] ?? 0)) | 0;
    b = (b + t) | 0;
    f = (((g >>> 2) | (g << 30)) ^ ((g >>> 13) | (g << 19)) ^ ((g >>> 22) | (g << 10))) + ((g & h) | (a & (g | h)));
    f = (f + t) | 0;
    t = e + (((b >>> 6) | (b << 26)) ^ ((b >>> 11) | (b << 21)) ^ ((b >>> 25) | (b << 7)));
    t = (t + (d ^ (b & (c ^ d))) + (k[i + 3] ?? 0) + (w[i + 3] ?? 0)) | 0;
    a = (a + t) | 0;
    e = (((f >>> 2) | (f << 30)) ^ ((f >>> 13) | (f << 19)) ^ ((f >>> 22) | (f << 10))) + ((f & g) | (h & (f | g)));
    e = (e + t) | 0;
    t = a;
    a = e;
    e = t;
    t = b;
    b = f;
    f = t;
    t = c;
    c = g;
    g = t;
    t = d;
    d = h;
    h = t;
  }
  out[0] = a;
  out[1] = b;
  out[2] = c;
  out[3] = d;
  out[4] = e;
  out[5] = f;
  out[6] = g;
  out[7] = h;
}

function hashInTurn(key: Uint8Array, rows: Int32Array): Int32Array {
  const schedule = new Int32Array(64);
  schedule.set(wordsFromEncoded(key));
  schedule[13] = 0x80000000;
  schedule[15] = STRING_BITS;
  // The key fills the first eight words, so the first eight rounds are the same for every value.
  const afterKey = new Int32Array(KEY_WORDS);
  runRounds(schedule, INITIAL_STATE, afterKey, 0, KEY_WORDS);
  const digest = new Int32Array(DIGEST_WORDS);
  const digests = new Int32Array((rows.length / ROW_HASH_WORDS) * DIGEST_WORDS);
  for (let from = 0, at = 0; from < rows.length; from += ROW_HASH_WORDS, at += DIGEST_WORDS) {
    for (let i = 0; i < ROW_HASH_WORDS; i++) schedule[KEY_WORDS + i] = rows[from + i] ?? 0;
    extendSchedule(schedule);
    runRounds(schedule, afterKey, digest, KEY_WORDS, 64);
    for (let i = 0; i < DIGEST_WORDS; i++) digests[at + i] = (digest[i] ?? 0) + (INITIAL_STATE[i] ?? 0);
  }
  wipe(schedule, afterKey, digest);
  return digests;
}

/**
 * The digests of all rows, eight big-endian words each, owned by the caller.
 * @param key 32 bytes: the hash of a domain tag and a session id
 * @param rows index and value of each row: five words, whose bytes are hashed in big-endian order
 * @throws TssError `invalidLength`
 */
export function hashRows(key: Uint8Array, rows: Int32Array): Int32Array {
  assertLength(key, 4 * KEY_WORDS, "the key of a row hash");
  return hashBackend()?.hashRows(key, rows) ?? hashInTurn(key, rows);
}
