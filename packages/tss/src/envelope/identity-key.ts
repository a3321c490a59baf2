import { secp256k1 } from "@noble/curves/secp256k1.js";
import { TssError } from "../errors.ts";
import { pointBackend } from "../math/backend.ts";
import { splitEqual } from "../math/bytes.ts";
import { combineUnsafe, hasReducedX, type Point } from "../math/point.ts";
import { decodeScalar, invertScalar, multiplyScalars, ORDER, reduceBytes32, SCALAR_LENGTH } from "../math/scalar.ts";
import { Secret } from "../math/secret.ts";

/** Bytes of an identity signature: r ‖ s, low s. */
export const SIGNATURE_LENGTH = 64;

const OPTIONS = { prehash: false, lowS: true } as const;

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
  const backend = pointBackend();
  return backend?.sign?.(digest, secret.expose()) ?? secp256k1.sign(digest, secret.expose(), OPTIONS);
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

/**
 * ECDSA verification, low s only. Written out because the key's multiplication table belongs to the point, which the
 * curve library's own function does not take.
 * @param publicKey not the identity
 * @param digest 32 bytes
 * @param signature r ‖ s, 64 bytes
 */
export function isSignedBy(publicKey: Point, digest: Uint8Array, signature: Uint8Array): boolean {
  const [r, s] = (splitEqual(signature, 2, SCALAR_LENGTH) ?? []).map(decodeScalar);
  if (!r || !s || s > ORDER / 2n) return false;
  const inverse = invertScalar(s);
  const m = reduceBytes32(digest);
  const point = combineUnsafe(multiplyScalars(m, inverse), publicKey, multiplyScalars(r, inverse));
  return !point.is0() && hasReducedX(point, r);
}
