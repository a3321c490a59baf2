import { type Address, type Hex, hexToBigInt, size, slice } from "viem";
import { signerOf } from "./recovery.ts";

/** Half the order of the curve, rounded down. */
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

const LENGTH = 65;
const LAST_BYTES: ReadonlySet<Hex> = new Set(["0x1b", "0x1c"]);

/**
 * Whether a signature has the one form, r ‖ s ‖ v, in which the contracts take it. Anybody can turn a signature into
 * others that the same key seems to have made: with v 0 or 1, or with q − s in place of s. A committer that kept one of
 * these would post what reverts.
 */
function isCanonical(signature: Hex): boolean {
  return (
    size(signature) === LENGTH &&
    LAST_BYTES.has(slice(signature, 64)) &&
    hexToBigInt(slice(signature, 32, 64)) <= HALF_ORDER
  );
}

/**
 * Whether the key of an address made a signature of a digest, 65 bytes, in the form that the contracts take; whatever
 * is no signature was made by nobody.
 * @param signature lower-case hex
 */
export async function isSignedBy(address: Address, hash: Hex, signature: Hex): Promise<boolean> {
  try {
    return isCanonical(signature) && (await signerOf(hash, signature)) === address;
  } catch {
    return false;
  }
}
