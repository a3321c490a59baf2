import { assemble, type Code, op, type WasmFunction } from "./assembler.ts";

/*
 * SHA-256 (FIPS 180-4) in WebAssembly: a compression of consecutive blocks, and one of four unrelated messages at a time
 * in vectors of four words. Both are the same rounds, written out, over another set of instructions. No branch and no
 * address depends on the data.
 */

/** Words of the state and of a digest. */
export const STATE_WORDS = 8;

/** Bytes of a block. */
export const BLOCK_BYTES = 64;

/** Where the module's memory holds the state of a compression, or the key of rows: 32 bytes. */
export const STATE_ADDRESS = 0;

/** Where it must hold the round constants: 256 bytes. Vectors of one number are loaded faster than they are made. */
export const CONSTANTS_ADDRESS = 64;

/** Words of a row after its key. */
export const ROW_WORDS = 5;

/** Rows that are hashed together. */
export const LANES = 4;

const BLOCK_WORDS = 16;
const ROUNDS = 64;
const KEY_WORDS = 8;
const ROW_BITS = 32 * (KEY_WORDS + ROW_WORDS);

const indices = (count: number, from = 0): readonly number[] => Array.from({ length: count }, (_, i) => from + i);

/** The first 32 bits of the fractional part of a root of a prime, by exact integers. */
function rootFraction(prime: number, degree: 2 | 3): number {
  const scaled = BigInt(prime) << BigInt(32 * degree);
  let root = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) if ((root + bit) ** BigInt(degree) <= scaled) root += bit;
  return Number(BigInt.asIntN(32, root));
}

const PRIMES = indices(310, 2).filter((n) => indices(n - 2, 2).every((divisor) => n % divisor !== 0));

/** The round constants (section 4.2.2). */
export const ROUND_CONSTANTS = PRIMES.slice(0, ROUNDS).map((prime) => rootFraction(prime, 3));

/** The initial state (section 5.3.3). */
export const INITIAL_STATE = PRIMES.slice(0, STATE_WORDS).map((prime) => rootFraction(prime, 2));

/** The operations on words that the rounds are made of. */
type Words = {
  readonly roundConstant: (i: number) => Code;
  readonly add: Code;
  readonly and: Code;
  readonly xor: Code;
  /** The local, rotated or shifted by so many bits. */
  readonly rotate: (local: number, bits: number) => Code;
  readonly shift: (local: number, bits: number) => Code;
};

const SCALAR: Words = {
  roundConstant: (i) => op.const32(ROUND_CONSTANTS[i] ?? 0),
  add: op.add32,
  and: op.and32,
  xor: op.xor32,
  rotate: (local, bits) => [...op.get(local), ...op.const32(bits), ...op.rotateRight32],
  shift: (local, bits) => [...op.get(local), ...op.const32(bits), ...op.shiftRight32],
};

const VECTOR: Words = {
  roundConstant: (i) => [...op.const32(CONSTANTS_ADDRESS), ...op.loadCopies(4 * i)],
  add: op.addVector,
  and: op.andVector,
  xor: op.xorVector,
  rotate: (local, bits) => [
    ...[...op.get(local), ...op.const32(bits), ...op.shiftRightVector],
    ...[...op.get(local), ...op.const32(32 - bits), ...op.shiftLeftVector, ...op.orVector],
  ],
  shift: (local, bits) => [...op.get(local), ...op.const32(bits), ...op.shiftRightVector],
};

/** Locals after the parameters: the last 16 words of the schedule, the working variables, the state before the block. */
const PARAMETERS = 3;
const w = (i: number): number => PARAMETERS + (i % BLOCK_WORDS);
const working = (i: number): number => PARAMETERS + BLOCK_WORDS + (i % STATE_WORDS);
const before = (i: number): number => PARAMETERS + BLOCK_WORDS + STATE_WORDS + i;
const TEMPORARY = before(STATE_WORDS);
const key = (i: number): number => TEMPORARY + 1 + i;
const LOCALS = key(KEY_WORDS) - PARAMETERS;

/** w_i = s1(w_{i-2}) + w_{i-7} + s0(w_{i-15}) + w_{i-16}, in place of the last. */
function schedule({ add, xor, rotate, shift }: Words, i: number): Code {
  const [x, y] = [w(i - 15), w(i - 2)];
  return [
    ...[...op.get(w(i - 16)), ...op.get(w(i - 7)), ...add],
    ...[...rotate(x, 7), ...rotate(x, 18), ...xor, ...shift(x, 3), ...xor, ...add],
    ...[...rotate(y, 17), ...rotate(y, 19), ...xor, ...shift(y, 10), ...xor, ...add, ...op.set(w(i))],
  ];
}

/** Round i. The variables stay where they are, and their names move on: a of round i is h of round i + 1. */
function round({ roundConstant, add, and, xor, rotate }: Words, i: number): Code {
  const variable = (n: number): number => working(n + ROUNDS - i);
  const [a, b, c, d] = [variable(0), variable(1), variable(2), variable(3)];
  const [e, f, g, h] = [variable(4), variable(5), variable(6), variable(7)];
  const choice = [...op.get(g), ...op.get(e), ...op.get(f), ...op.get(g), ...xor, ...and, ...xor];
  const majority = [
    ...[...op.get(b), ...op.get(a), ...op.get(b), ...xor, ...op.get(b), ...op.get(c), ...xor, ...and, ...xor],
  ];
  return [
    ...[...op.get(h), ...rotate(e, 6), ...rotate(e, 11), ...xor, ...rotate(e, 25), ...xor, ...add],
    ...[...choice, ...add, ...roundConstant(i), ...add, ...op.get(w(i)), ...add, ...op.set(TEMPORARY)],
    ...[...op.get(d), ...op.get(TEMPORARY), ...add, ...op.set(d)],
    ...[...rotate(a, 2), ...rotate(a, 13), ...xor, ...rotate(a, 22), ...xor, ...majority, ...add],
    ...[...op.get(TEMPORARY), ...add, ...op.set(h)],
  ];
}

function rounds(words: Words, from: number, to: number): Code {
  return indices(to - from, from).flatMap((i) => [...(i < BLOCK_WORDS ? [] : schedule(words, i)), ...round(words, i)]);
}

function copy(count: number, from: (i: number) => number, to: (i: number) => number): Code {
  return indices(count).flatMap((i) => [...op.get(from(i)), ...op.set(to(i))]);
}

function step(local: number, by: number): Code {
  return [...op.get(local), ...op.const32(by), ...op.add32, ...op.set(local)];
}

/** The word on the stack with its bytes reversed. */
const SWAP: Code = [
  ...[...op.set(TEMPORARY), ...SCALAR.rotate(TEMPORARY, 8), ...op.const32(0xff00ff00 | 0), ...op.and32],
  ...[...SCALAR.rotate(TEMPORARY, 24), ...op.const32(0x00ff00ff), ...op.and32, ...op.or32],
];

/** compress(address, blocks, -): the state goes through so many blocks from there on, at least one. */
const COMPRESS: WasmFunction = {
  name: "compress",
  parameters: PARAMETERS,
  locals: LOCALS,
  localType: "i32",
  body: [
    ...indices(STATE_WORDS).flatMap((i) => [...op.const32(STATE_ADDRESS), ...op.load32(4 * i), ...op.set(before(i))]),
    ...op.loop([
      ...copy(STATE_WORDS, before, working),
      ...indices(BLOCK_WORDS).flatMap((i) => [...op.get(0), ...op.load32(4 * i), ...SWAP, ...op.set(w(i))]),
      ...rounds(SCALAR, 0, ROUNDS),
      ...indices(STATE_WORDS).flatMap((i) => [
        ...[...op.get(before(i)), ...op.get(working(i)), ...op.add32, ...op.set(before(i))],
      ]),
      ...[...step(0, BLOCK_BYTES), ...step(1, -1), ...op.get(1)],
    ]),
    ...indices(STATE_WORDS).flatMap((i) => [...op.const32(STATE_ADDRESS), ...op.get(before(i)), ...op.store32(4 * i)]),
  ],
};

/** Word i of four rows, which follow each other from the address in local 0 on. */
function loadRows(i: number): Code {
  const lanes = indices(LANES).flatMap((lane) => [
    ...[...op.set(TEMPORARY), ...op.get(0), ...op.get(TEMPORARY), ...op.loadLane(4 * (ROW_WORDS * lane + i), lane)],
  ]);
  return [...op.constVector(0), ...lanes, ...op.set(w(KEY_WORDS + i))];
}

function storeDigests(i: number): Code {
  return [
    ...[...op.get(working(i)), ...op.constVector(INITIAL_STATE[i] ?? 0), ...op.addVector, ...op.set(TEMPORARY)],
    ...indices(LANES).flatMap((lane) => [
      ...[...op.get(1), ...op.get(TEMPORARY), ...op.storeLane(4 * (STATE_WORDS * lane + i), lane)],
    ]),
  ];
}

/** The end of the one block: a bit, zeros, the length. */
const PADDING: Code = [
  ...[...op.constVector(0x80000000 | 0), ...op.set(w(13)), ...op.constVector(0), ...op.set(w(14))],
  ...[...op.constVector(ROW_BITS), ...op.set(w(15))],
];

/**
 * hashRows(rows, digests, groups): digests of key and five words each, all of them numbers and not bytes, four rows in a
 * group. The rounds that depend on the key alone are computed once.
 */
const HASH_ROWS: WasmFunction = {
  name: "hashRows",
  parameters: PARAMETERS,
  locals: LOCALS,
  localType: "v128",
  body: [
    ...indices(KEY_WORDS).flatMap((i) => [...op.const32(STATE_ADDRESS), ...op.loadCopies(4 * i), ...op.set(key(i))]),
    ...copy(KEY_WORDS, key, w),
    ...indices(STATE_WORDS).flatMap((i) => [...op.constVector(INITIAL_STATE[i] ?? 0), ...op.set(working(i))]),
    ...rounds(VECTOR, 0, KEY_WORDS),
    ...copy(STATE_WORDS, working, before),
    ...op.loop([
      ...[...copy(STATE_WORDS, before, working), ...copy(KEY_WORDS, key, w)],
      ...[...indices(ROW_WORDS).flatMap(loadRows), ...PADDING],
      ...rounds(VECTOR, KEY_WORDS, ROUNDS),
      ...indices(STATE_WORDS).flatMap(storeDigests),
      ...[...step(0, 4 * LANES * ROW_WORDS), ...step(1, 4 * LANES * STATE_WORDS), ...step(2, -1), ...op.get(2)],
    ]),
  ],
};

/** The module: `compress(address, blocks, 0)` and `hashRows(rows, digests, groups)` on what is in `memory`. */
export function sha256Module(): Uint8Array<ArrayBuffer> {
  return assemble([COMPRESS, HASH_ROWS]);
}
