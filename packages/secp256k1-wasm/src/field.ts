import { ELEMENT_BYTES, fieldModule, LIMB_BITS, LIMBS } from "./field-module.ts";

const PRIME = 2n ** 256n - 2n ** 32n - 977n;
const SHIFT = BigInt(LIMB_BITS);
const MASK = 2n ** SHIFT - 1n;

type FieldExports = {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly multiply: (out: number, left: number, right: number) => void;
  readonly squareTimes: (out: number, base: number, times: number) => void;
};

// The global of that name. Its types stand in the library for pages, which would make all of a page's globals known.
declare const WebAssembly: {
  instantiate(bytes: Uint8Array<ArrayBuffer>): Promise<{ readonly instance: { readonly exports: unknown } }>;
};

/** Arithmetic in the base field of secp256k1, on values in 0..p - 1. */
export type FieldPowers = {
  /** value^((p + 1) / 4): a square root of the value if it has one, otherwise of its negative. */
  readonly rootPower: (value: bigint) => bigint;
  /** left * right, for tests of the arithmetic. */
  readonly multiply: (left: bigint, right: bigint) => bigint;
};

/** Where in the memory an element stands: the running power, the powers that are needed again, and the constant one. */
const SLOT = { current: 0, x1: 1, x2: 2, x3: 3, x11: 4, x22: 5, x44: 6, x88: 7, one: 8 } as const;

type Slot = keyof typeof SLOT;

function address(slot: Slot): number {
  return SLOT[slot] * ELEMENT_BYTES;
}

/**
 * The power of what stands in `current`. The exponent is 223 ones, a zero, 22 ones, four zeros, 11 and 00 in binary; x_n
 * is the power with n ones.
 */
function raiseToRoot({ multiply, squareTimes }: FieldExports): void {
  const current = address("current");
  // A product with one copies.
  const keepAs = (slot: Slot): void => multiply(address(slot), current, address("one"));
  const step = (times: number, factor: Slot): void => {
    squareTimes(current, current, times);
    multiply(current, current, address(factor));
  };
  keepAs("x1");
  step(1, "x1");
  keepAs("x2");
  step(1, "x1");
  keepAs("x3");
  step(3, "x3");
  step(3, "x3");
  step(2, "x2");
  keepAs("x11");
  step(11, "x11");
  keepAs("x22");
  step(22, "x22");
  keepAs("x44");
  step(44, "x44");
  keepAs("x88");
  step(88, "x88");
  step(44, "x44");
  step(3, "x3");
  step(23, "x22");
  step(6, "x2");
  squareTimes(current, current, 2);
}

/**
 * Compiles the module.
 * @throws whatever WebAssembly throws where it is missing or forbidden
 */
export async function loadFieldPowers(): Promise<FieldPowers> {
  const { instance } = await WebAssembly.instantiate(fieldModule());
  // What the module exports is fixed by fieldModule, which types cannot see.
  const exports = instance.exports as FieldExports;
  const words = new BigInt64Array(exports.memory.buffer);

  function write(slot: Slot, value: bigint): void {
    for (let i = 0; i < LIMBS; i++) words[SLOT[slot] * LIMBS + i] = (value >> (SHIFT * BigInt(i))) & MASK;
  }

  function read(slot: Slot): bigint {
    let value = 0n;
    for (let i = LIMBS - 1; i >= 0; i--) value = (value << SHIFT) + (words[SLOT[slot] * LIMBS + i] ?? 0n);
    return value % PRIME;
  }

  write("one", 1n);
  return {
    rootPower(value) {
      write("current", value);
      raiseToRoot(exports);
      return read("current");
    },
    multiply(left, right) {
      write("x1", left);
      write("x2", right);
      exports.multiply(address("current"), address("x1"), address("x2"));
      return read("current");
    },
  };
}
