import type { Rng } from "../../src/index.ts";
import { concat } from "../../src/math/bytes.ts";
import { decodePoint, encodePoint, multiplyBase } from "../../src/math/point.ts";
import { encodeScalar, ORDER, randomScalar } from "../../src/math/scalar.ts";
import { must } from "../harness/committee.ts";
import { overwrite } from "../harness/tamper.ts";
import type { Field } from "./field.ts";

/** Where a mutation may take other values from. Each is a payload of the same round and part unless it says otherwise. */
export type Sources = {
  readonly rng: Rng;
  /** The same payload of an honest party in this session. */
  readonly other: Uint8Array;
  /** The same payload of the same party in an earlier session. */
  readonly earlier: Uint8Array;
  /** A payload of another round of the same party in this session. */
  readonly otherRound: Uint8Array;
  /** The payload that the same party sends to another recipient; the payload itself if there is none. */
  readonly otherRecipient: Uint8Array;
};

type Change = (payload: Uint8Array, field: Field, sources: Sources) => Uint8Array;

const ELEMENT = { scalar: 32, scalars: 32, point: 33, points: 33, hash: 32, bytes: 1 } as const;

/** Every mutation of a field, by name. The result is the whole payload. */
export const MUTATIONS = {
  flip: (payload, { offset, length }, { rng }) => {
    const out = payload.slice();
    const at = offset + below(rng, length);
    out[at] = must(out[at]) ^ (1 << below(rng, 8));
    return out;
  },
  zero: element((size) => new Uint8Array(size)),
  one: element((size) => padded(encodeScalar(1n), size)),
  order: element((size) => padded(bytesOf(ORDER), size)),
  "order-1": element((size) => padded(encodeScalar(ORDER - 1n), size)),
  max: element((size) => new Uint8Array(size).fill(0xff)),
  // 33 bytes with a prefix of its own: what some libraries accept as the identity.
  identity: element((size) => overwrite(new Uint8Array(size), 0, Uint8Array.of(size === 33 ? 2 : 0))),
  "off-curve": element((size) => offCurve().subarray(0, size)),
  negated: (payload, field) => {
    const out = payload.slice();
    if (field.kind === "point" || field.kind === "points") out[field.offset] = must(out[field.offset]) ^ 1;
    return out;
  },
  random: element((size, rng) => {
    const scalar = randomScalar(rng);
    return size === 33 ? encodePoint(multiplyBase(scalar)) : padded(encodeScalar(scalar), size);
  }),
  other: (payload, field, { other }) => copyField(payload, field, other),
  earlier: (payload, field, { earlier }) => copyField(payload, field, earlier),
  "other-round": (payload, field, { otherRound }) => {
    const wrapped = Uint8Array.from({ length: field.length }, (_, i) => must(otherRound[i % otherRound.length]));
    return overwrite(payload, field.offset, wrapped);
  },
  "other-recipient": (payload, field, { otherRecipient }) => copyField(payload, field, otherRecipient),
  truncated: (payload, { offset, length }) => cut(payload, offset + length - 1, 1),
  extended: (payload, { offset, length }) => {
    const end = offset + length;
    return concat(payload.subarray(0, end), Uint8Array.of(0), payload.subarray(end));
  },
  empty: (payload, { offset, length }) => cut(payload, offset, length),
} satisfies Record<string, Change>;

/** Name of a mutation of a field's bytes. */
export type MutationName = keyof typeof MUTATIONS;

/** A copy with one element of the field, chosen by the random source, replaced by a value of the element's size. */
function element(value: (size: number, rng: Rng) => Uint8Array): Change {
  return (payload, { kind, offset, length }, { rng }) => {
    const size = kind === "bytes" || kind === "hash" ? length : ELEMENT[kind];
    return overwrite(payload, offset + size * below(rng, length / size), value(size, rng));
  };
}

/** Swaps the field with another of the same length in the payload; the payload itself if there is none. */
export function swapFields(payload: Uint8Array, field: Field, fields: readonly Field[]): Uint8Array {
  const partner = fields.find(({ name, length }) => name !== field.name && length === field.length);
  if (partner === undefined) return payload;
  const read = ({ offset, length }: Field): Uint8Array => payload.slice(offset, offset + length);
  return overwrite(overwrite(payload, field.offset, read(partner)), partner.offset, read(field));
}

function copyField(payload: Uint8Array, { offset, length }: Field, from: Uint8Array): Uint8Array {
  return overwrite(payload, offset, from.subarray(offset, offset + length));
}

function cut(payload: Uint8Array, at: number, count: number): Uint8Array {
  return concat(payload.subarray(0, at), payload.subarray(at + count));
}

/** A number in 0..limit-1. */
export function below(rng: Rng, limit: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = rng(4);
  return (((a * 256 + b) * 256 + c) * 256 + d) % limit;
}

function padded(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(size);
  out.set(bytes.subarray(Math.max(0, bytes.length - size)), Math.max(0, size - bytes.length));
  return out;
}

function bytesOf(value: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(64, "0"), "hex"));
}

/** Prefix 2 and an x below p that no point has. */
function offCurve(): Uint8Array {
  const bytes = new Uint8Array(33);
  bytes[0] = 2;
  for (let x = 1; x < 256; x++) {
    bytes[32] = x;
    if (decodePoint(bytes) === undefined) return bytes;
  }
  throw new TypeError("every small x is on the curve");
}
