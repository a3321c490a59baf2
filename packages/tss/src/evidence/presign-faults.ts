import { HELLO_LENGTH } from "../engine/hello.ts";
import { equalBytes, splitFixed } from "../math/bytes.ts";
import { decodePoint, POINT_LENGTH } from "../math/point.ts";
import { nonceCommitment } from "../presign/hashes.ts";
import { HASH_LENGTH } from "../transcript/hash.ts";
import { type Claim, nonceOf } from "./claim.ts";

/** Presigning R4.1 (docs/protocol/presign.md): the commitment of round 1 is not one to the nonce that round 3 opened. */
export function misopensNonce(claim: Claim): boolean {
  const [first, third] = [claim.messages.get(1), claim.messages.get(3)];
  const nonce = nonceOf(first);
  const fields = third && splitFixed(third.broadcast, [POINT_LENGTH, HASH_LENGTH, POINT_LENGTH]);
  if (!first || !nonce || !fields || first.broadcast.length !== HELLO_LENGTH + HASH_LENGTH) return false;
  // What is not canonical is malformed instead.
  if ([fields[0], fields[2]].some((point) => decodePoint(point) === undefined)) return false;
  return !equalBytes(first.broadcast.slice(HELLO_LENGTH), nonceCommitment(claim.culprit, nonce, fields[0], fields[1]));
}
