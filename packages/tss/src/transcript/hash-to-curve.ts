import { hash_to_field } from "@noble/curves/abstract/hash-to-curve.js";
import { secp256k1_hasher } from "@noble/curves/secp256k1.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { PRIME } from "../math/field.ts";
import { mapPairsToCurve } from "../math/map-to-curve.ts";
import type { Point } from "../math/point.ts";
import { encodeTranscript } from "./hash.ts";
import { sha256Function } from "./sha256.ts";
import type { Tag } from "./tags.ts";

/** Prefix of every hash-to-curve domain separation tag. */
export const CURVE_DOMAIN = "SYNOD-DKLS23-v1/";

function fieldElements(message: Uint8Array, DST: Uint8Array): readonly [bigint, bigint] {
  const options = { DST, p: PRIME, m: 1, k: 128, expand: "xmd", hash: sha256Function } as const;
  const [first, second] = hash_to_field(message, 2, options);
  return [first?.[0] ?? 0n, second?.[0] ?? 0n];
}

/**
 * H2C of many inputs: points whose discrete logarithms nobody knows, by RFC 9380 suite
 * secp256k1_XMD:SHA-256_SSWU_RO_ over {@link encodeTranscript}, with the domain separation tag "SYNOD-DKLS23-v1/<tag>".
 * Constant in structure: no try-and-increment.
 * @param inputs the parts of each input
 * @returns one point for each input
 */
export function hashToCurve(tag: Tag, inputs: readonly (readonly Uint8Array[])[]): readonly Point[] {
  const DST = utf8ToBytes(CURVE_DOMAIN + tag);
  const messages = inputs.map((parts) => encodeTranscript(tag, parts));
  const mapped = mapPairsToCurve(messages.map((message) => fieldElements(message, DST)));
  return mapped ?? messages.map((message) => secp256k1_hasher.hashToCurve(message, { DST }));
}
