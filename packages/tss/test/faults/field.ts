import { decodePoint } from "../../src/math/point.ts";
import { decodeScalar } from "../../src/math/scalar.ts";
import { type Expectation, provable } from "./expectation.ts";

/** What a field's bytes mean: decides which mutations make sense and which encodings are canonical. */
export type FieldKind = "scalar" | "scalars" | "point" | "points" | "hash" | "bytes";

/** One field of one payload, and what changing it must lead to. */
export type Field = {
  readonly name: string;
  readonly kind: FieldKind;
  readonly offset: number;
  readonly length: number;
  /** The bytes are no canonical encoding of the kind any more. */
  readonly onInvalid: Expectation;
  /** The bytes are canonical and different. */
  readonly onChange: Expectation;
  /** Exceptions by mutation. */
  readonly on: Readonly<Record<string, Expectation>>;
  /** Two bad parties send the same bytes. */
  readonly onEqual: Expectation | undefined;
};

/** The fields of the payload that one party broadcasts, or sends to each other party, in one round. */
export type Layout = {
  readonly round: number;
  readonly part: "broadcast" | "direct";
  readonly fields: readonly Field[];
};

/** A field before its offset is known. */
export type FieldSpec = Omit<Field, "offset">;

/** Describes a field; an encoding that is not canonical is the sender's provable fault unless `onInvalid` says otherwise. */
export function field(
  name: string,
  kind: FieldKind,
  length: number,
  onChange: Expectation,
  more: Partial<Pick<Field, "onInvalid" | "on" | "onEqual">> = {},
): FieldSpec {
  const onInvalid = more.onInvalid ?? provable("malformedMessage");
  return { name, kind, length, onChange, onInvalid, on: more.on ?? {}, onEqual: more.onEqual };
}

/** Lays fields one after another. */
export function layout(round: number, part: Layout["part"], specs: readonly FieldSpec[]): Layout {
  let offset = 0;
  const fields = specs.map((spec) => {
    offset += spec.length;
    return { ...spec, offset: offset - spec.length };
  });
  return { round, part, fields };
}

/** Total length of a layout's fields: must be the payload's. */
export function layoutLength({ fields }: Layout): number {
  return fields.reduce((sum, { length }) => sum + length, 0);
}

/** Whether the bytes are one or more canonical values of the kind. */
export function isCanonical(kind: FieldKind, bytes: Uint8Array): boolean {
  switch (kind) {
    case "scalar":
    case "scalars":
      return every(bytes, 32, (value) => decodeScalar(value) !== undefined);
    case "point":
    case "points":
      return every(bytes, 33, (value) => decodePoint(value) !== undefined);
    case "hash":
    case "bytes":
      return true;
  }
}

function every(bytes: Uint8Array, size: number, isGood: (value: Uint8Array) => boolean): boolean {
  for (let at = 0; at < bytes.length; at += size) if (!isGood(bytes.subarray(at, at + size))) return false;
  return bytes.length % size === 0;
}
