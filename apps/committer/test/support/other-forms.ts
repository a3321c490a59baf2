import { concat, type Hex, hexToBigInt, hexToNumber, numberToHex, slice } from "viem";

/** Order of the curve. */
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

/**
 * What anybody can make of a signature, r ‖ s ‖ v: the same key seems to have made it, but the contracts refuse it. With
 * q − s in place of s the other of the two points is meant.
 */
export function otherForms(signature: Hex): Readonly<Record<"highS" | "smallV" | "both", Hex>> {
  const r = slice(signature, 0, 32);
  const s = slice(signature, 32, 64);
  const bit = hexToNumber(slice(signature, 64)) - 27;
  const highS = numberToHex(ORDER - hexToBigInt(s), { size: 32 });
  const form = (scalar: Hex, v: number) => concat([r, scalar, numberToHex(v, { size: 1 })]);
  return { highS: form(highS, 28 - bit), smallV: form(s, bit), both: form(highS, 1 - bit) };
}
