import type { Envelope } from "../envelope/envelope.ts";
import { envelopeDigest } from "../envelope/envelope.ts";
import { encodeFrame } from "../envelope/frame.ts";
import { signWithIdentity } from "../envelope/identity-key.ts";
import type { SignedMessage } from "../envelope/message.ts";
import { type DirectPayload, directLeaf, LEAF_LENGTH, payloadHash } from "../envelope/payload.ts";
import { TssError } from "../errors.ts";
import { concat, wipe } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { type Rng, randomBytes } from "../math/rng.ts";
import type { SessionContext } from "./context.ts";
import { type Agreement, type Effect, type Slot, type Slots, withSlot } from "./session.ts";
import type { Outgoing } from "./stage.ts";

/** Where a message belongs. */
export type Postmark = {
  readonly round: number;
  readonly prevView: Uint8Array;
  /** Undefined in round 1. */
  readonly agreement: Agreement | undefined;
};

/** A message that was signed: the frames to send and the slot that records it. */
export type Posted = { readonly effects: readonly Effect<never>[]; readonly slots: Slots };

/**
 * Signs one round's payloads once, encrypts the direct ones and frames them (docs/protocol/envelope.md steps 1–3).
 *
 * Side effects: zeroes the direct payloads once they are encrypted.
 * @throws TssError `sealCounterReused` if a round is posted twice, `invalidParties` if a direct payload is missing
 */
export function postRound(context: SessionContext, slots: Slots, mark: Postmark, outgoing: Outgoing, rng: Rng): Posted {
  const direct = saltPayloads(context, outgoing, rng);
  const directLeaves = direct.map(([, payload]) => directLeaf(payload));
  const envelope: Envelope = {
    domain: context.domain,
    phase: context.phase,
    session: context.handle,
    sid: mark.agreement?.sid ?? context.handle,
    round: mark.round,
    from: context.self,
    to: 0,
    prevView: mark.prevView,
    payloadHash: payloadHash(outgoing.broadcast, directLeaves),
  };
  const digest = envelopeDigest(envelope);
  const signed = { envelope, signature: signWithIdentity(context.identity, digest) };
  const message: SignedMessage = { signed, broadcast: outgoing.broadcast, directLeaves };
  const slot: Slot = { message, digest, sealed: new Uint8Array(0), direct: undefined };
  return {
    effects: sendEffects(message, digest, direct, mark),
    slots: withSlot(slots, mark.round, context.self, slot),
  };
}

type Addressed = readonly [PartyIndex, DirectPayload];

/** Ascending by recipient, because a leaf's position names its recipient. */
function saltPayloads(context: SessionContext, outgoing: Outgoing, rng: Rng): readonly Addressed[] {
  if (outgoing.direct.size === 0) return [];
  return context.others.map((party) => {
    const payload = outgoing.direct.get(party);
    if (payload === undefined) throw new TssError("invalidParties", `no direct payload for party ${party}`);
    return [party, { salt: randomBytes(rng, LEAF_LENGTH), payload }];
  });
}

function sendEffects(
  message: SignedMessage,
  digest: Uint8Array,
  direct: readonly Addressed[],
  mark: Postmark,
): readonly Effect<never>[] {
  if (direct.length === 0) {
    return [{ kind: "send", to: "all", frame: encodeFrame({ ...message, sealed: new Uint8Array(0) }) }];
  }
  return direct.map(([to, { salt, payload }]) => {
    const channel = mark.agreement?.channels.get(to)?.outgoing;
    if (channel === undefined) throw new TssError("invalidParties", `no channel to party ${to}`);
    const plaintext = concat(salt, payload);
    const sealed = channel.seal(mark.round, digest, plaintext);
    wipe(plaintext, payload);
    return { kind: "send", to, frame: encodeFrame({ ...message, sealed }) };
  });
}
