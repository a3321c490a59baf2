import type { Session } from "../../src/engine/session.ts";
import { slotOf } from "../../src/engine/session.ts";
import { type Channel, deriveChannels } from "../../src/envelope/channel.ts";
import { type Envelope, envelopeDigest } from "../../src/envelope/envelope.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../src/envelope/frame.ts";
import { signWithIdentity } from "../../src/envelope/identity-key.ts";
import { payloadHash } from "../../src/envelope/payload.ts";
import type { PartyIndex } from "../../src/index.ts";
import { decodePoint } from "../../src/math/point.ts";
import { must } from "../harness/committee.ts";
import type { Parcel } from "./arena.ts";

/** What a bad party keeps from its honest code, which forgets it: the ephemeral scalar of its hello. */
export type Loot = { readonly ephemeral: bigint | undefined };

/** Takes the ephemeral scalar before the session wipes it. */
export function loot(session: Session<unknown>): Loot {
  return { ephemeral: session.hello?.ephemeral.expose() };
}

/**
 * The frame with another envelope or broadcast, signed again and its direct payload encrypted again: everything that the
 * owner of the identity key and of the session can do.
 */
export function forge<Output>(
  { frame: bytes, from, to, sender }: Parcel<Output>,
  { ephemeral }: Loot,
  change: (frame: Frame) => { readonly broadcast?: Uint8Array; readonly envelope?: Partial<Envelope> },
): Uint8Array {
  const frame = must(decodeFrame(bytes), "frame");
  const { broadcast = frame.broadcast, envelope: changes } = change(frame);
  const hash = payloadHash(broadcast, frame.directLeaves);
  const envelope = { ...frame.signed.envelope, payloadHash: hash, ...changes };
  const digest = envelopeDigest(envelope);
  const signature = signWithIdentity(sender.context.identity, digest);
  const channel = (): Channel => channelTo(sender, from, to, must(ephemeral, "ephemeral scalar"));
  const sealed = frame.sealed.length === 0 ? frame.sealed : reseal(frame, envelope.round, digest, channel);
  return encodeFrame({ ...frame, broadcast, sealed, signed: { envelope, signature } });
}

function channelTo(sender: Session<unknown>, from: PartyIndex, to: PartyIndex, ephemeral: bigint): Channel {
  const hello = must(slotOf(sender.slots, 1, to), "first message").message.broadcast;
  const remote = must(decodePoint(hello.subarray(32, 65)), "ephemeral point");
  return deriveChannels(must(sender.agreement).sid, from, to, ephemeral, remote).outgoing;
}

function reseal(frame: Frame, round: number, digest: Uint8Array, channel: () => Channel): Uint8Array {
  const { envelope } = frame.signed;
  const plaintext = must(channel().open(envelope.round, envelopeDigest(envelope), frame.sealed), "direct payload");
  // Round 0 has no sealed messages; its nonce is free.
  return channel().seal(Math.max(1, round), digest, plaintext);
}
