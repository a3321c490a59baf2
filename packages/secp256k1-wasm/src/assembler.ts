/*
 * As much of the WebAssembly binary format (core specification 1.0, chapter 5) as one module of straight-line integer
 * code and a loop needs. Code is a list of bytes.
 */

/** Encoded instructions. */
export type Code = readonly number[];

/** A function: its parameters, all i32, its locals, all i64 and numbered after the parameters, and its body. */
export type WasmFunction = {
  readonly name: string;
  readonly parameters: number;
  readonly locals: number;
  readonly body: Code;
};

const [I32, I64] = [0x7f, 0x7e];
const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

/** An unsigned number below 2^31 in LEB128. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

/** A signed number below 2^31 in absolute value in LEB128. */
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
  load64: (offset: number): Code => [0x29, 3, ...unsigned(offset)],
  store64: (offset: number): Code => [0x37, 3, ...unsigned(offset)],
  add64: [0x7c],
  multiply64: [0x7e],
  and64: [0x83],
  shiftRight64: [0x88],
  subtract32: [0x6b],
  call: (fn: number): Code => [0x10, ...unsigned(fn)],
  /** Repeats the body, which leaves an i32 on the stack, until that is zero. */
  loop: (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0, 0x0b],
} as const;

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
  return [0x60, ...vector(new Array<Code>(parameters).fill([I32])), 0];
}

function functionBody({ locals, body }: WasmFunction): Code {
  const declared = locals === 0 ? vector([]) : vector([[...unsigned(locals), I64]]);
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
