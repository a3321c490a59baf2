import type { AgreedTerms } from "../engine/context.ts";
import { HELLO_LENGTH } from "../engine/hello.ts";
import { equalBytes, splitEqual, splitFixed } from "../math/bytes.ts";
import { decodePoint, POINT_LENGTH } from "../math/point.ts";
import { nonceCommitment } from "../presign/hashes.ts";
import { openingRound, type PresignShape, presignSizes, shapeOfBinding } from "../presign/terms.ts";
import { VOLE_INPUTS, VOLE_WIDTH, XI } from "../primitives/parameters.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { type Claim, nonceOf } from "./claim.ts";
import { bytesField, type Layout, pointsField, scalarsField } from "./layout.ts";
import { directStarting, HELLO, type RoundLayout } from "./round-layout.ts";

/** What a presigning makes, as its handle binds it (docs/protocol/presign.md); undefined if the binding is none of one. */
export function presignShape({ binding, parties }: AgreedTerms): PresignShape | undefined {
  return shapeOfBinding(binding, parties);
}

/** The table of messages. Payloads of pair setup and extension are bytes: only their recipient can judge them. */
export function presignLayouts(shape: PresignShape): readonly RoundLayout[] {
  const { count } = shape;
  const opening = openingRound(shape);
  const answer = Array.from({ length: count }, () => ANSWER).flat();
  const last: RoundLayout = { broadcast: () => [bytesField(HASH_LENGTH), pointsField(count)], direct: undefined };
  return presignSizes(shape).map((size, i): RoundLayout => {
    if (i === 0) return { broadcast: () => [...HELLO, bytesField(HASH_LENGTH)], direct: undefined };
    if (i + 1 > opening) return last;
    if (i + 1 < opening)
      return { broadcast: (from) => [bytesField(size.broadcastBytes(from))], direct: directStarting(size) };
    const broadcast = [pointsField(count), bytesField(HASH_LENGTH), pointsField(count)];
    return { broadcast: () => broadcast, direct: () => answer };
  });
}

/** ã, η; μ; Γ^u, Γ^v; ψ. */
const ANSWER: Layout = [
  scalarsField(XI * VOLE_WIDTH + 1),
  bytesField(HASH_LENGTH),
  pointsField(VOLE_INPUTS),
  scalarsField(1),
];

/** R4.1: the commitment of round 1 is not one to the nonces that were opened. */
export function misopensNonces(claim: Claim, shape: PresignShape): boolean {
  const [first, opening] = [claim.messages.get(1), claim.messages.get(openingRound(shape))];
  const nonce = nonceOf(first);
  const points = shape.count * POINT_LENGTH;
  const fields = opening && splitFixed(opening.broadcast, [points, HASH_LENGTH, points]);
  if (!first || !nonce || !fields || first.broadcast.length !== HELLO_LENGTH + HASH_LENGTH) return false;
  const [noncePoints, salt, publicShares] = fields;
  // What is not canonical is malformed instead.
  if (![noncePoints, publicShares].every((part) => arePoints(part, shape.count))) return false;
  return !equalBytes(first.broadcast.slice(HELLO_LENGTH), nonceCommitment(claim.culprit, nonce, noncePoints, salt));
}

function arePoints(bytes: Uint8Array, count: number): boolean {
  return splitEqual(bytes, count, POINT_LENGTH)?.every((point) => decodePoint(point) !== undefined) ?? false;
}
