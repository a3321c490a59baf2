import { assemble, type Code, op, type WasmFunction } from "./assembler.ts";

/*
 * Multiplication modulo p = 2^256 - 2^32 - 977 in WebAssembly. An element is ten limbs of 26 bits in 64-bit words, the
 * last limb of 22 bits, as in libsecp256k1's 32-bit field: products of limbs and their sums fit into 64 bits. Limbs may
 * exceed their width by a few units between multiplications. No instruction depends on a value.
 */

/** Limbs of an element. */
export const LIMBS = 10;

/** Bits of a limb. */
export const LIMB_BITS = 26;

/** Bytes of an element in the module's memory. */
export const ELEMENT_BYTES = 8 * LIMBS;

const TOP_BITS = 256 - LIMB_BITS * (LIMBS - 1);
const MASK = 2 ** LIMB_BITS - 1;

/** 2^260 = 2^36 + 15,632 mod p, and 2^256 = 2^32 + 977, each as a factor of limb 0 and one of limb 1. */
const FOLD_260 = [15_632, 2 ** 10] as const;
const FOLD_256 = [977, 2 ** 6] as const;

/** Parameters: addresses of the result and of both factors; squaring takes a number of times for the second one. */
const [OUT, LEFT, RIGHT] = [0, 1, 2];
const TIMES = RIGHT;
const PARAMETERS = 3;
const a = (i: number): number => PARAMETERS + i;
const b = (i: number): number => PARAMETERS + LIMBS + i;
/** Columns of the product; the first ten become the result, and column 10 its overflow. */
const c = (i: number): number => PARAMETERS + 2 * LIMBS + i;
const h = (i: number): number => PARAMETERS + 4 * LIMBS + i;
const LOCALS = 5 * LIMBS;

const indices = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

function loadLimbs(address: number, local: (i: number) => number): Code {
  return indices(LIMBS).flatMap((i) => [...op.get(address), ...op.load64(8 * i), ...op.set(local(i))]);
}

/** c_k = sum of a_i b_(k - i). */
function column(k: number): Code {
  const terms = indices(LIMBS).filter((i) => k - i >= 0 && k - i < LIMBS);
  const products = terms.map((i) => [...op.get(a(i)), ...op.get(b(k - i)), ...op.multiply64]);
  return [...products.flatMap((product, n) => (n === 0 ? product : [...product, ...op.add64])), ...op.set(c(k))];
}

/** c_k for the square, where b_i = 2 a_i: each product of two different limbs once. */
function squareColumn(k: number): Code {
  const terms = indices(LIMBS).filter((i) => 2 * i <= k && k - i < LIMBS);
  const products = terms.map((i) => [...op.get(2 * i === k ? a(i) : b(i)), ...op.get(a(k - i)), ...op.multiply64]);
  return [...products.flatMap((product, n) => (n === 0 ? product : [...product, ...op.add64])), ...op.set(c(k))];
}

/** Moves what column k has beyond its width into column k + 1. */
function carry(k: number): Code {
  return [
    ...[...op.get(c(k)), ...op.const64(LIMB_BITS), ...op.shiftRight64],
    ...[...op.get(c(k + 1)), ...op.add64, ...op.set(c(k + 1))],
    ...[...op.get(c(k)), ...op.const64(MASK), ...op.and64, ...op.set(c(k))],
  ];
}

/** c_k += factor * local. */
function addMultiple(k: number, local: number, factor: number): Code {
  const product = [...op.get(local), ...op.const64(factor), ...op.multiply64];
  return [...product, ...op.get(c(k)), ...op.add64, ...op.set(c(k))];
}

/** Adds local * 2^260 or local * 2^256, as the factors say, at the limbs k and k + 1. */
function fold(k: number, local: number, [low, high]: readonly [number, number]): Code {
  return [...addMultiple(k, local, low), ...addMultiple(k + 1, local, high)];
}

/** Column 10 becomes zero, what it held is in h_0. */
function takeOverflow(): Code {
  return [...op.get(c(LIMBS)), ...op.set(h(0)), ...op.const64(0), ...op.set(c(LIMBS))];
}

/** The bits of limb 9 from 2^256 on become h_0. */
function takeTop(): Code {
  const top = c(LIMBS - 1);
  return [
    ...[...op.get(top), ...op.const64(TOP_BITS), ...op.shiftRight64, ...op.set(h(0))],
    ...[...op.get(top), ...op.const64(2 ** TOP_BITS - 1), ...op.and64, ...op.set(top)],
  ];
}

/** The columns of a product become the ten limbs of the element, c_0 to c_9. */
const REDUCE: Code = [
  ...[...op.const64(0), ...op.set(c(2 * LIMBS - 1))],
  ...indices(2 * LIMBS - 1).flatMap(carry),
  // The upper half stands at 2^260 and above.
  ...indices(LIMBS).flatMap((i) => [...op.get(c(LIMBS + i)), ...op.set(h(i))]),
  ...[...op.const64(0), ...op.set(c(LIMBS))],
  ...indices(LIMBS).flatMap((i) => fold(i, h(i), FOLD_260)),
  ...indices(LIMBS).flatMap(carry),
  ...takeOverflow(),
  ...fold(0, h(0), FOLD_260),
  ...indices(LIMBS - 1).flatMap(carry),
  ...takeTop(),
  ...fold(0, h(0), FOLD_256),
];

const STORE: Code = indices(LIMBS).flatMap((i) => [...op.get(OUT), ...op.get(c(i)), ...op.store64(8 * i)]);

const MULTIPLY: WasmFunction = {
  name: "multiply",
  parameters: PARAMETERS,
  locals: LOCALS,
  localType: "i64",
  body: [...loadLimbs(LEFT, a), ...loadLimbs(RIGHT, b), ...indices(2 * LIMBS - 1).flatMap(column), ...REDUCE, ...STORE],
};

/** squareTimes(out, base, times): base^(2^times), times at least one. */
const SQUARE_TIMES: WasmFunction = {
  name: "squareTimes",
  parameters: PARAMETERS,
  locals: LOCALS,
  localType: "i64",
  body: [
    ...loadLimbs(LEFT, a),
    ...op.loop([
      ...indices(LIMBS).flatMap((i) => [...op.get(a(i)), ...op.get(a(i)), ...op.add64, ...op.set(b(i))]),
      ...indices(2 * LIMBS - 1).flatMap(squareColumn),
      ...REDUCE,
      ...indices(LIMBS).flatMap((i) => [...op.get(c(i)), ...op.set(a(i))]),
      ...[...op.get(TIMES), ...op.const32(1), ...op.subtract32, ...op.set(TIMES), ...op.get(TIMES)],
    ]),
    ...STORE,
  ],
};

/** The module: `multiply(out, left, right)` and `squareTimes(out, base, times)` on elements in `memory`. */
export function fieldModule(): Uint8Array<ArrayBuffer> {
  return assemble([MULTIPLY, SQUARE_TIMES]);
}
