import { SEAL_OVERHEAD } from "../envelope/channel.ts";
import { encodeDomain } from "../envelope/domain.ts";
import { envelopeDigest, isSameSlot } from "../envelope/envelope.ts";
import { decodeFrame, type Frame, frameLength } from "../envelope/frame.ts";
import { isSignedBy } from "../envelope/identity-key.ts";
import { isAuthenticMessage } from "../envelope/message.ts";
import { LEAF_LENGTH } from "../envelope/payload.ts";
import { equalBytes } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import type { Point } from "../math/point.ts";
import type { SessionContext } from "./context.ts";
import type { IgnoredReason, Session, Slot } from "./session.ts";
import { slotOf } from "./session.ts";
import type { RoundSize } from "./stage.ts";

/** What a frame turned out to be. */
export type Admission =
  | { readonly kind: "ignored"; readonly reason: IgnoredReason }
  | { readonly kind: "equivocation"; readonly first: Slot; readonly second: Slot }
  | { readonly kind: "malformed"; readonly slot: Slot; readonly round: number }
  | { readonly kind: "admitted"; readonly slot: Slot; readonly round: number };

/**
 * Decides about one frame (docs/protocol/envelope.md step 6). Nothing that is not authentic can have an effect: it is
 * ignored, because it may come from the network and not from `from`.
 * @param from the party that the transport authenticated
 */
export function admitFrame(session: Session<unknown>, from: PartyIndex, bytes: Uint8Array): Admission {
  if (session.status !== "running") return ignored("sessionOver");
  const publicKey = session.context.keys.get(from);
  if (publicKey === undefined || from === session.context.self) return ignored("unknownSender");
  // Length first: nothing is parsed or hashed that no round could have sent.
  if (bytes.length > Math.max(...session.sizes.map((size) => maxFrameLength(session.context, from, size)))) {
    return ignored("oversized");
  }
  const frame = decodeFrame(bytes);
  if (frame === undefined) return ignored("undecodable");
  const misplaced = misplacement(session, from, frame, bytes.length);
  return misplaced === undefined ? authenticate(session, from, publicKey, frame) : ignored(misplaced);
}

function ignored(reason: IgnoredReason): Admission {
  return { kind: "ignored", reason };
}

/**
 * Room above a round's exact frame length: a signed payload with an element too many is then an accusation instead of
 * silence. Still a fixed bound on memory.
 */
const SLACK_BYTES = 256;

function maxFrameLength(context: SessionContext, from: PartyIndex, size: RoundSize): number {
  const directBytes = size.directBytes?.(from, context.self);
  const sealedBytes = directBytes === undefined ? 0 : LEAF_LENGTH + directBytes + SEAL_OVERHEAD;
  return frameLength(size.broadcastBytes(from), context.others.length, sealedBytes) + SLACK_BYTES;
}

function misplacement(
  session: Session<unknown>,
  from: PartyIndex,
  frame: Frame,
  length: number,
): IgnoredReason | undefined {
  const { envelope } = frame.signed;
  const { context } = session;
  const isHere =
    equalBytes(encodeDomain(envelope.domain), encodeDomain(context.domain)) &&
    envelope.phase === context.phase &&
    equalBytes(envelope.session, context.handle);
  if (!isHere) return "otherSession";
  if (envelope.from !== from) return "spoofedSender";
  if (envelope.to !== 0) return "undecodable";
  const size = session.sizes[envelope.round - 1];
  if (size === undefined) return "unknownRound";
  if (envelope.round === 1 && !equalBytes(envelope.sid, context.handle)) return "otherSession";
  return length > maxFrameLength(context, from, size) ? "oversized" : undefined;
}

function authenticate(session: Session<unknown>, from: PartyIndex, publicKey: Point, frame: Frame): Admission {
  const { signed, broadcast, directLeaves, sealed } = frame;
  const { round } = signed.envelope;
  const digest = envelopeDigest(signed.envelope);
  const slot: Slot = { message: { signed, broadcast, directLeaves }, digest, sealed, direct: undefined };
  const filled = slotOf(session.slots, round, from);
  if (filled !== undefined) return compare(filled, slot, publicKey);
  if (!isAuthenticMessage(slot.message, publicKey)) return ignored("unauthentic");
  return { kind: isWellFormed(session, from, slot) ? "admitted" : "malformed", slot, round };
}

/** A resend is harmless whatever its signature bytes; a different envelope for the slot is proof of equivocation. */
function compare(filled: Slot, slot: Slot, publicKey: Point): Admission {
  if (equalBytes(filled.digest, slot.digest)) return ignored("duplicate");
  if (!isSameSlot(filled.message.signed.envelope, slot.message.signed.envelope)) return ignored("otherSession");
  if (!isSignedBy(publicKey, slot.digest, slot.message.signed.signature)) return ignored("unauthentic");
  return { kind: "equivocation", first: filled, second: slot };
}

function isWellFormed(session: Session<unknown>, from: PartyIndex, slot: Slot): boolean {
  const { broadcast, directLeaves, signed } = slot.message;
  const size = session.sizes[signed.envelope.round - 1];
  if (size === undefined || broadcast.length !== size.broadcastBytes(from)) return false;
  return directLeaves.length === (size.directBytes === undefined ? 0 : session.context.others.length);
}
