import { hmac } from "@noble/hashes/hmac.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { TssError } from "../errors.ts";
import { assertLength, concat, u32 } from "../math/bytes.ts";
import { decodePoint, encodePoint, multiplyBase } from "../math/point.ts";
import { addScalars, decodeScalar, type Scalar } from "../math/scalar.ts";

/** Bytes of a chain code. */
const CHAIN_CODE_LENGTH = 32;

/** First index that would be hardened: those need the private key, which nobody has. */
const HARDENED_OFFSET = 0x8000_0000;

/** A BIP-32 extended public key without its place in the tree. */
export type ExtendedKey = {
  /** 33 bytes, compressed. */
  readonly publicKey: Uint8Array;
  /** 32 bytes. Whoever knows it can link child keys to each other. */
  readonly chainCode: Uint8Array;
};

/** A key below an {@link ExtendedKey}. `publicKey` = ancestor + tweak * G. */
export type ChildKey = ExtendedKey & {
  /** ε: the sum of all IL from the ancestor to here, mod q. What signing takes as its tweak. */
  readonly tweak: Scalar;
};

/** An index for which BIP-32 defines no child. Probability about 2^-127. */
export type NoChild = { readonly kind: "noChild"; readonly reason: "tweakOutOfRange" | "identityKey" };

/** A child, or the reason why there is none. */
export type ChildResult = ({ readonly kind: "child" } & ChildKey) | NoChild;

/**
 * CKDpub (BIP-32): one non-hardened step (docs/protocol/derivation.md steps 1 and 2). Pure arithmetic on public
 * values; the time it takes depends on nothing secret.
 * @param parent its arrays are not kept
 * @param index 0..2^31-1
 * @throws TssError `hardenedIndex` for any other index; `invalidLength`; `invalidPublicKey` if the parent is no point
 */
export function deriveChild(parent: ExtendedKey, index: number): ChildResult {
  if (!Number.isInteger(index) || index < 0 || index >= HARDENED_OFFSET) {
    throw new TssError("hardenedIndex", `${index} is not a non-hardened index (0..2^31-1)`);
  }
  assertLength(parent.chainCode, CHAIN_CODE_LENGTH, "the chain code");
  return childFromDigest(parent, hmac(sha512, parent.chainCode, concat(parent.publicKey, u32(index))));
}

/**
 * The child that a digest I = IL ‖ IR of 64 bytes defines (docs/protocol/derivation.md step 2). Apart from
 * {@link deriveChild}, so that the two cases which no hash is known to reach can be tested.
 * @throws TssError `invalidPublicKey`
 */
export function childFromDigest(parent: ExtendedKey, digest: Uint8Array): ChildResult {
  const point = decodePoint(parent.publicKey);
  if (point === undefined) throw new TssError("invalidPublicKey", "the parent key is no compressed point");
  const tweak = decodeScalar(digest.subarray(0, 32));
  if (tweak === undefined) return { kind: "noChild", reason: "tweakOutOfRange" };
  const child = point.add(multiplyBase(tweak));
  if (child.is0()) return { kind: "noChild", reason: "identityKey" };
  return { kind: "child", publicKey: encodePoint(child), chainCode: digest.slice(32), tweak };
}

/**
 * Follows a path of non-hardened steps and adds up their tweaks (docs/protocol/derivation.md step 3).
 * @param path indices 0..2^31-1; the empty path gives the ancestor with tweak 0
 * @throws TssError what {@link deriveChild} throws
 */
export function derivePath(ancestor: ExtendedKey, path: readonly number[]): ChildResult {
  let key: ChildKey = { publicKey: ancestor.publicKey.slice(), chainCode: ancestor.chainCode.slice(), tweak: 0n };
  for (const index of path) {
    const child = deriveChild(key, index);
    if (child.kind === "noChild") return child;
    key = { ...child, tweak: addScalars(key.tweak, child.tweak) };
  }
  return { kind: "child", ...key };
}
