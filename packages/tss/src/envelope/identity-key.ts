import { secp256k1 } from "@noble/curves/secp256k1.js";
import { TssError } from "../errors.ts";
import { Secret } from "../math/secret.ts";

/** Bytes of an identity signature: r ‖ s, low s. */
export const SIGNATURE_LENGTH = 64;

const secretsOf = new WeakMap<IdentityKey, Secret<Uint8Array>>();

/**
 * The committer's identity key: signs envelopes and records inside this package, nothing else. Its secret is not a
 * property of the object. Build it with {@link identityKeyFromBytes}.
 */
export class IdentityKey {
  /** 33 bytes, compressed. */
  readonly publicKey: Uint8Array;

  /** Takes ownership of `secret` (32 bytes, a scalar in 1..q-1, checked by {@link identityKeyFromBytes}). */
  constructor(secret: Uint8Array) {
    this.publicKey = secp256k1.getPublicKey(secret, true);
    secretsOf.set(this, new Secret(secret));
  }

  /** Forgets the secret; using the key throws `secretWiped` from then on. */
  wipe(): void {
    secretsOf.get(this)?.wipe();
  }
}

/**
 * Signs an envelope or record digest. Deterministic (RFC 6979), so that a resent message is byte-identical and never
 * looks like equivocation. Not exported from the package.
 * @param digest 32 bytes computed in this package
 * @returns r ‖ s, 64 bytes, low s
 * @throws TssError `secretWiped`
 */
export function signWithIdentity(identity: IdentityKey, digest: Uint8Array): Uint8Array {
  const secret = secretsOf.get(identity);
  if (secret === undefined) throw new TssError("secretWiped", "this is no identity key of this library");
  return secp256k1.sign(digest, secret.expose(), { prehash: false, lowS: true });
}

/**
 * Loads an identity key.
 * @param bytes 32 bytes, big-endian scalar in 1..q-1; copied
 * @throws TssError `invalidIdentityKey`
 */
export function identityKeyFromBytes(bytes: Uint8Array): IdentityKey {
  if (!secp256k1.utils.isValidSecretKey(bytes)) {
    throw new TssError("invalidIdentityKey", "an identity key is 32 bytes and a scalar in 1..q-1");
  }
  return new IdentityKey(bytes.slice());
}

/** True if `signature` (64 bytes, low s) over `digest` (32 bytes) was made by the owner of `publicKey` (33 bytes). */
export function isSignedBy(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== SIGNATURE_LENGTH) return false;
  return secp256k1.verify(signature, digest, publicKey, { prehash: false, lowS: true });
}
