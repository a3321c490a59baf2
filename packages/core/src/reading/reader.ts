import type { Address, Hex } from "viem";
import { getAddress, isAddress } from "viem/utils";
import { CoreError } from "../errors.ts";

/**
 * Turns an unknown value into a typed one, or fails with `INPUT_INVALID` that names the path, the value and what to
 * give instead.
 */
export type Reader<Value> = (value: unknown, path: string) => Value;

const MAX_SHOWN = 80;

/** Fails with `INPUT_INVALID`. `wanted` completes the sentence "give …". */
export function invalid(path: string, value: unknown, wanted: string): never {
  throw new CoreError({ code: "INPUT_INVALID", path, value: show(value), wanted });
}

function show(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value, (_key, item) => (typeof item === "bigint" ? `${item}` : item)) ?? String(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

/** A text. */
export const text: Reader<string> = (value, path) =>
  typeof value === "string" ? value : invalid(path, value, "a text");

/** `true` or `false`. */
export const flag: Reader<boolean> = (value, path) =>
  typeof value === "boolean" ? value : invalid(path, value, "true or false");

/** A count, 0 … 2^53−1. */
export const count: Reader<number> = (value, path) =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0
    ? value
    : invalid(path, value, "a whole number, 0 or more");

/** A bigint as it is, 0 or more. */
export const natural: Reader<bigint> = (value, path) =>
  typeof value === "bigint" && value >= 0n ? value : invalid(path, value, "a bigint, 0 or more");

/** Bytes as hex, any length, or exactly `bytes` long. Lower-cased. */
export function hex(bytes?: number): Reader<Hex> {
  const wanted = bytes === undefined ? "bytes as hex (0x…)" : `${bytes} bytes as hex (0x and ${bytes * 2} digits)`;
  return (value, path) => {
    if (typeof value !== "string" || !/^0x([0-9a-fA-F]{2})*$/.test(value)) invalid(path, value, wanted);
    const text = (value as string).toLowerCase() as Hex;
    return bytes === undefined || text.length === 2 + bytes * 2 ? text : invalid(path, value, wanted);
  };
}

/** An account's address. Mixed case must carry a right checksum; the result is checksummed. */
export const address: Reader<Address> = (value, path) =>
  typeof value === "string" && isAddress(value)
    ? getAddress(value)
    : invalid(path, value, "an address (0x and 40 hex digits; if in mixed case, with a right checksum)");

/** One of the given texts. */
export function oneOf<const Choice extends string>(...choices: readonly Choice[]): Reader<Choice> {
  return (value, path) => choices.find((choice) => choice === value) ?? invalid(path, value, choices.join(" or "));
}

/** A list with at most `max` items. */
export function list<Item>(item: Reader<Item>, max = 100_000): Reader<readonly Item[]> {
  return (value, path) => {
    if (!Array.isArray(value)) return invalid(path, value, "a list");
    if (value.length > max) return invalid(`${path}.length`, value.length, `at most ${max} items`);
    return value.map((entry, position) => item(entry, `${path}[${position}]`));
  };
}

/** A plain object's properties; fails for everything else. */
export const properties: Reader<Readonly<Record<string, unknown>>> = (value, path) =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : invalid(path, value, "an object");

/** Readers of an object's properties. */
export type Shape<Value> = { readonly [Key in keyof Value]-?: Reader<Value[Key]> };

/** What only a prototype has was not given. */
function own(source: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(source, key) ? source[key] : undefined;
}

/** An object with the properties of `shape` and, if the reader of one allows it to be absent, without it. */
export function object<Value extends object>(shape: Shape<Value>): Reader<Value> {
  return (value, path) => {
    const source = properties(value, path);
    for (const key of Object.keys(source)) {
      if (!Object.hasOwn(shape, key))
        invalid(`${path}.${key}`, source[key], `only ${Object.keys(shape).join(", ")} here`);
    }
    const entries = Object.entries<Reader<unknown>>(shape).map(([key, read]) => [
      key,
      read(own(source, key), `${path}.${key}`),
    ]);
    return Object.fromEntries(entries.filter(([, item]) => item !== undefined)) as Value;
  };
}

/** Lets a value be absent. */
export function optional<Value>(read: Reader<Value>): Reader<Value | undefined> {
  return (value, path) => (value === undefined ? undefined : read(value, path));
}

/** Gives what was read another form. */
export function map<First, Value>(read: Reader<First>, next: (value: First) => Value): Reader<Value> {
  return (value, path) => next(read(value, path));
}
