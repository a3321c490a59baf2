import { createReader } from "../math/reader.ts";

/** A run of equal fields of a payload: raw bytes, canonical scalars (32 bytes) or points (33 bytes). */
export type Field = { readonly kind: "bytes" | "scalars" | "points"; readonly count: number };

/** A payload, front to back. */
export type Layout = readonly Field[];

/** Any bytes of the given length. */
export function bytesField(count: number): Field {
  return { kind: "bytes", count };
}

/** Scalars below q. */
export function scalarsField(count: number): Field {
  return { kind: "scalars", count };
}

/** Compressed points on the curve, never the identity. */
export function pointsField(count: number): Field {
  return { kind: "points", count };
}

const FIELD_LENGTH = { bytes: 1, scalars: 32, points: 33 } as const;

/** Bytes of a payload of this layout. */
export function layoutLength(layout: Layout): number {
  return layout.reduce((sum, { kind, count }) => sum + FIELD_LENGTH[kind] * count, 0);
}

/** Whether the payload has exactly this layout and every field is canonical. */
export function fitsLayout(layout: Layout, payload: Uint8Array): boolean {
  const reader = createReader(payload);
  for (const { kind, count } of layout) {
    if (kind === "bytes") reader.bytes(count);
    else for (let i = 0; i < count; i++) kind === "scalars" ? reader.scalar() : reader.point();
  }
  return reader.isComplete();
}
