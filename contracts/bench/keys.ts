import { type Hex, numberToHex, size, slice } from "viem";
import { privateKeyToAccount } from "viem/accounts";

/** The private key that is this number; for devnets only. */
export function numberedKey(value: number): Hex {
  return numberToHex(value, { size: 32 });
}

/** Affine coordinates of a private key's public key. */
export function publicPoint(key: Hex): { readonly x: Hex; readonly y: Hex } {
  // 0x04, then both coordinates.
  const { publicKey } = privateKeyToAccount(key);
  return { x: slice(publicKey, 1, 33), y: slice(publicKey, 33, size(publicKey)) };
}
