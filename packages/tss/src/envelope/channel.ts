import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { TssError } from "../errors.ts";
import { u16, wipe } from "../math/bytes.ts";
import type { PartyIndex } from "../math/party-index.ts";
import { encodePoint, type Point } from "../math/point.ts";
import type { Scalar } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";
import { multiplySum } from "../math/uniform-multiply.ts";
import { H } from "../transcript/hash.ts";

/** Bytes that encryption adds to a plaintext. */
export const SEAL_OVERHEAD = 16;

const NONCE_LENGTH = 12;

/** One direction of a pair's encrypted channel. The key belongs to one session and one ordered pair. */
export class Channel {
  readonly #key: Secret<Uint8Array>;
  #sealedUpTo = 0;

  /** Takes ownership of `key`, 32 bytes. */
  constructor(key: Uint8Array) {
    this.#key = new Secret(key);
  }

  /**
   * Encrypts the one direct payload of a round (ChaCha20-Poly1305, nonce = round).
   * @param round must be higher than in every earlier call: a nonce is never used twice
   * @param associated the envelope digest, 32 bytes
   * @throws TssError `sealCounterReused`
   */
  seal(round: number, associated: Uint8Array, plaintext: Uint8Array): Uint8Array {
    if (round <= this.#sealedUpTo) {
      throw new TssError("sealCounterReused", `round ${round} was sealed before; the last was ${this.#sealedUpTo}`);
    }
    this.#sealedUpTo = round;
    return chacha20poly1305(this.#key.expose(), roundNonce(round), associated).encrypt(plaintext);
  }

  /** The plaintext of {@link Channel.seal}, or undefined if it was made otherwise. */
  open(round: number, associated: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
    const cipher = chacha20poly1305(this.#key.expose(), roundNonce(round), associated);
    try {
      return cipher.decrypt(sealed);
    } catch {
      // The cipher reports a bad tag by throwing.
      return undefined;
    }
  }

  /** Forgets the key. */
  wipe(): void {
    this.#key.wipe();
  }
}

/** The two directions between this party and one other. */
export type ChannelPair = { readonly outgoing: Channel; readonly incoming: Channel };

/**
 * Derives both directions from the ephemeral keys of round 1 (docs/protocol/envelope.md step 5).
 * @param sid session id, 32 bytes
 * @param secret own ephemeral scalar, of this session only
 * @param remote the other's ephemeral point
 */
export function deriveChannels(
  sid: Uint8Array,
  self: PartyIndex,
  other: PartyIndex,
  secret: Scalar,
  remote: Point,
): ChannelPair {
  const shared = encodePoint(multiplySum([{ scalar: secret, point: remote }]));
  const outgoing = new Channel(H("envelope/key", sid, u16(self), u16(other), shared));
  const incoming = new Channel(H("envelope/key", sid, u16(other), u16(self), shared));
  wipe(shared);
  return { outgoing, incoming };
}

function roundNonce(round: number): Uint8Array {
  const nonce = new Uint8Array(NONCE_LENGTH);
  nonce[NONCE_LENGTH - 1] = round;
  return nonce;
}
