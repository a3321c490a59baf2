import type { AgreedTerms } from "../engine/context.ts";
import { HELLO_LENGTH } from "../engine/hello.ts";
import { equalBytes, splitEqual, splitFixed } from "../math/bytes.ts";
import { decodePoint, POINT_LENGTH } from "../math/point.ts";
import { nonceCommitment } from "../presign/hashes.ts";
import { openingRound, shapeOfBinding } from "../presign/terms.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { type Claim, nonceOf } from "./claim.ts";

/** The rounds of a presigning in which the nonces are committed to and opened. */
export function nonceRounds({ binding, parties }: AgreedTerms): readonly number[] {
  const shape = shapeOfBinding(binding, parties);
  return shape === undefined ? [] : [1, openingRound(shape)];
}

/** Presigning R4.1 (docs/protocol/presign.md): the commitment of round 1 is not one to the nonces that were opened. */
export function misopensNonce(claim: Claim): boolean {
  const shape = shapeOfBinding(claim.terms.binding, claim.terms.parties);
  if (shape === undefined) return false;
  const [first, opening] = [claim.messages.get(1), claim.messages.get(openingRound(shape))];
  const nonce = nonceOf(first);
  const pointsLength = shape.count * POINT_LENGTH;
  const fields = opening && splitFixed(opening.broadcast, [pointsLength, HASH_LENGTH, pointsLength]);
  if (!first || !nonce || !fields || first.broadcast.length !== HELLO_LENGTH + HASH_LENGTH) return false;
  // What is not canonical is malformed instead.
  const points = [fields[0], fields[2]].flatMap((encoded) => splitEqual(encoded, shape.count, POINT_LENGTH) ?? []);
  if (points.some((point) => decodePoint(point) === undefined)) return false;
  return !equalBytes(first.broadcast.slice(HELLO_LENGTH), nonceCommitment(claim.culprit, nonce, fields[0], fields[1]));
}
