import type { JournalCodec } from "@synod/core";
import { StorageError } from "./storage-error.ts";

const VERSION = 1;
const TAG = "$";
const BIGINT_TAG = "$bigint";
const BYTES_TAG = "$bytes";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Options of `createJsonCodec`. */
export interface JsonCodecOptions<Event> {
  /**
   * Checks a decoded value and gives it its type: the border where stored data becomes an event.
   * Errors: any error, when the value is not a known shape; the journal reports it with the row's number.
   */
  readonly parse: (value: unknown) => Event;
}

/**
 * A line of versioned JSON per event that keeps what JSON loses: `bigint` and `Uint8Array` come back as they were.
 * Takes plain objects, arrays, strings, finite numbers, booleans, null, bigints and byte arrays; a property that is
 * `undefined` is left out. Keys of equal objects are written in their own order: the same event gives the same text.
 * Errors: `VALUE_UNSUPPORTED` for all other values, `TEXT_MALFORMED` for a text this codec did not write.
 */
export function createJsonCodec<Event>(options: JsonCodecOptions<Event>): JournalCodec<Event> {
  return {
    encode: (event) => JSON.stringify([VERSION, toJson(event, "$")]),
    decode: (text) => options.parse(decodeLine(text)),
  };
}

function decodeLine(text: string): unknown {
  const line = parseJson(text);
  if (!Array.isArray(line) || line.length !== 2) {
    throw new StorageError({ code: "TEXT_MALFORMED", why: "is not a versioned line" });
  }
  if (line[0] !== VERSION) {
    throw new StorageError({ code: "TEXT_MALFORMED", why: `has format version ${line[0]}, ${VERSION} is known` });
  }
  return fromJson(line[1]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new StorageError({ code: "TEXT_MALFORMED", why: "is not JSON" }, { cause });
  }
}

function toJson(value: unknown, path: string): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value === "bigint") return { [BIGINT_TAG]: value.toString() };
  if (value instanceof Uint8Array) return { [BYTES_TAG]: Buffer.from(value).toString("hex") };
  if (Array.isArray(value)) return value.map((item, index) => toJson(item, `${path}[${index}]`));
  if (isPlainObject(value)) return objectToJson(value, path);
  const type = typeof value === "object" ? value.constructor.name : String(value);
  throw new StorageError({ code: "VALUE_UNSUPPORTED", path, type });
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A key that begins like a tag gets one more tag sign, so that no object can be mistaken for a tagged value. */
function objectToJson(value: Record<string, unknown>, path: string): Json {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(
    entries.map(([key, item]) => [key.startsWith(TAG) ? TAG + key : key, toJson(item, `${path}.${key}`)]),
  );
}

function fromJson(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined) {
    const [key, item] = first;
    if (key === BIGINT_TAG) return bigintFromText(item);
    if (key === BYTES_TAG) return bytesFromText(item);
  }
  return Object.fromEntries(entries.map(([key, item]) => [untag(key), fromJson(item)]));
}

function untag(key: string): string {
  if (!key.startsWith(TAG)) return key;
  if (!key.startsWith(TAG + TAG)) {
    throw new StorageError({ code: "TEXT_MALFORMED", why: `has the unknown tag ${key}` });
  }
  return key.slice(TAG.length);
}

function bigintFromText(item: unknown): bigint {
  if (typeof item !== "string" || !/^(0|-?[1-9][0-9]*)$/.test(item)) {
    throw new StorageError({ code: "TEXT_MALFORMED", why: "holds an integer that is not in decimal digits" });
  }
  return BigInt(item);
}

function bytesFromText(item: unknown): Uint8Array {
  if (typeof item !== "string" || !/^([0-9a-f]{2})*$/.test(item)) {
    throw new StorageError({ code: "TEXT_MALFORMED", why: "holds bytes that are not in lower-case hex" });
  }
  return new Uint8Array(Buffer.from(item, "hex"));
}
