import { equalBytes } from "../math/bytes.ts";
import type { Point } from "../math/point.ts";
import { envelopeDigest, type SignedEnvelope } from "./envelope.ts";
import { isSignedBy } from "./identity-key.ts";
import { type DirectPayload, directLeaf, payloadHash } from "./payload.ts";

/** A signed envelope with what it commits to: enough for anybody to check it. */
export type SignedMessage = {
  readonly signed: SignedEnvelope;
  readonly broadcast: Uint8Array;
  readonly directLeaves: readonly Uint8Array[];
};

/** A message of which one direct payload is opened. `leaf` is its position among the direct leaves. */
export type OpenedDirect = DirectPayload & { readonly leaf: number };

/** True if the owner of `publicKey` signed exactly this broadcast and these direct leaves. */
export function isAuthenticMessage(message: SignedMessage, publicKey: Point): boolean {
  const { envelope, signature } = message.signed;
  if (!equalBytes(payloadHash(message.broadcast, message.directLeaves), envelope.payloadHash)) return false;
  return isSignedBy(publicKey, envelopeDigest(envelope), signature);
}

/** True if the direct payload is the one that the message committed to. */
export function opensLeaf(message: SignedMessage, opened: OpenedDirect): boolean {
  const leaf = message.directLeaves[opened.leaf];
  return leaf !== undefined && equalBytes(leaf, directLeaf(opened));
}
