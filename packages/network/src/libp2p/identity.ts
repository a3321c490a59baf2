import { privateKeyFromRaw, publicKeyFromRaw } from "@libp2p/crypto/keys";
import type { PeerId as Libp2pPeerId, PrivateKey } from "@libp2p/interface";
import { peerIdFromPublicKey } from "@libp2p/peer-id";
import type { PeerId } from "@synod/core";
import { NetworkError } from "../network-error.ts";

const SECRET_BYTES = 32;
const PUBLIC_KEY = /^0x0[23][0-9a-f]{64}$/;

/**
 * The committer's identity as libp2p wants it. libp2p keeps the key for as long as the transport runs; it offers no way
 * to wipe it. Errors: `IDENTITY_INVALID`.
 */
export function libp2pKeyOf(secret: Uint8Array): PrivateKey {
  if (secret.length !== SECRET_BYTES) throw new NetworkError({ code: "IDENTITY_INVALID" });
  try {
    return privateKeyFromRaw(new Uint8Array(secret));
  } catch {
    // The cause is left out on purpose: a library's message may quote the key.
    throw new NetworkError({ code: "IDENTITY_INVALID" });
  }
}

/** The public key of a libp2p key, as a peer's identity. */
export function peerOfKey(key: Pick<PrivateKey, "publicKey">): PeerId {
  return `0x${Buffer.from(key.publicKey.raw).toString("hex")}`;
}

/** The identity a handshake proved; `undefined` when it is not a secp256k1 key and so nobody's here. */
export function peerOfLibp2p(id: Libp2pPeerId): PeerId | undefined {
  return id.type === "secp256k1" ? peerOfKey({ publicKey: id.publicKey }) : undefined;
}

/** A peer's libp2p id. Errors: `PEER_KEY_INVALID`, also for a key that is no point of the curve. */
export function libp2pIdOf(publicKey: PeerId): Libp2pPeerId {
  if (!PUBLIC_KEY.test(publicKey)) throw new NetworkError({ code: "PEER_KEY_INVALID", publicKey });
  try {
    return peerIdFromPublicKey(publicKeyFromRaw(new Uint8Array(Buffer.from(publicKey.slice(2), "hex"))));
  } catch (cause) {
    throw new NetworkError({ code: "PEER_KEY_INVALID", publicKey }, { cause });
  }
}
