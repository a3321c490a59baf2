/*
 * As much of the WebAssembly binary format (core specification 2.0, chapter 5) as modules of straight-line integer and
 * vector code and a loop need. Code is a list of bytes.
 */

/** Encoded instructions. */
export type Code = readonly number[];

/** A function: its parameters, all i32, its locals, all of one type and numbered after the parameters, and its body. */
export type WasmFunction = {
  readonly name: string;
  readonly parameters: number;
  readonly locals: number;
  readonly localType: LocalType;
  readonly body: Code;
};

/** v128: four 32-bit integers, in the instructions below. */
export type LocalType = "i32" | "i64" | "v128";

const TYPES = { i32: 0x7f, i64: 0x7e, v128: 0x7b } as const;
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** Bits of a memory access's natural alignment: log2 of its bytes. */
const ALIGN = { four: 2, eight: 3 } as const;

/** An unsigned number below 2^31 in LEB128. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** A signed number of 32 bits in LEB128. */
function signed(value: number): Code {
  const [low, rest] = [value & 0x7f, value >> 7];
  const isLast = (rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40);
  return isLast ? [low] : [low | 0x80, ...signed(rest)];
}

/** The instructions, by their names in the specification. Operands come before. */
export const op = {
  get: (local: number): Code => [0x20, ...unsigned(local)],
  set: (local: number): Code => [0x21, ...unsigned(local)],
  const32: (value: number): Code => [0x41, ...signed(value)],
  const64: (value: number): Code => [0x42, ...signed(value)],
  /** From memory at address + offset, eight bytes. */
  load64: (offset: number): Code => [0x29, ALIGN.eight, ...unsigned(offset)],
  store64: (offset: number): Code => [0x37, ALIGN.eight, ...unsigned(offset)],
  load32: (offset: number): Code => [0x28, ALIGN.four, ...unsigned(offset)],
  store32: (offset: number): Code => [0x36, ALIGN.four, ...unsigned(offset)],
  add64: [0x7c],
  multiply64: [0x7e],
  and64: [0x83],
  shiftRight64: [0x88],
  add32: [0x6a],
  subtract32: [0x6b],
  and32: [0x71],
  or32: [0x72],
  xor32: [0x73],
  shiftRight32: [0x76],
  rotateRight32: [0x78],
  /** Four copies of a number. */
  constVector: (value: number): Code => [0xfd, 0x0c, ...new Array<Code>(4).fill(littleEndian(value)).flat()],
  /** Four copies of the number in memory. */
  loadCopies: (offset: number): Code => [0xfd, 0x09, ALIGN.four, ...unsigned(offset)],
  /** The vector on the stack with one number from memory; the address comes before the vector. */
  loadLane: (offset: number, lane: number): Code => [0xfd, 0x56, ALIGN.four, ...unsigned(offset), lane],
  /** One number of a vector to memory; the address comes before the vector. */
  storeLane: (offset: number, lane: number): Code => [0xfd, 0x5a, ALIGN.four, ...unsigned(offset), lane],
  andVector: [0xfd, 0x4e],
  orVector: [0xfd, 0x50],
  xorVector: [0xfd, 0x51],
  addVector: [0xfd, 0xae, 0x01],
  /** Of each number, by the i32 on the stack. */
  shiftLeftVector: [0xfd, 0xab, 0x01],
  shiftRightVector: [0xfd, 0xad, 0x01],
  /** Repeats the body, which leaves an i32 on the stack, until that is zero. */
  loop: (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0, 0x0b],
} as const;

function littleEndian(value: number): Code {
  return [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
}

function vector(items: readonly Code[]): Code {
  return [...unsigned(items.length), ...items.flat()];
}

function section(id: number, content: Code): Code {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): Code {
  return [...unsigned(text.length), ...Array.from(text, (letter) => letter.charCodeAt(0))];
}

function functionType({ parameters }: WasmFunction): Code {
  return [0x60, ...vector(new Array<Code>(parameters).fill([TYPES.i32])), 0];
}

function functionBody({ locals, localType, body }: WasmFunction): Code {
  const declared = locals === 0 ? vector([]) : vector([[...unsigned(locals), TYPES[localType]]]);
  const code = [...declared, ...body, 0x0b];
  return [...unsigned(code.length), ...code];
}

/** A module with these functions and one page of memory, all exported; function i is number i. */
export function assemble(functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const exported = functions.map((fn, i) => [...name(fn.name), 0, ...unsigned(i)]);
  return Uint8Array.from([
    ...HEADER,
    ...section(1, vector(functions.map(functionType))),
    ...section(3, vector(functions.map((_, i) => unsigned(i)))),
    ...section(5, vector([[0, 1]])),
    ...section(7, vector([...exported, [...name("memory"), 2, 0]])),
    ...section(10, vector(functions.map(functionBody))),
  ]);
}
