import { secp256k1 } from "@noble/curves/secp256k1.js";
import { type Address, bytesToHex, type Hex, hexToBytes, isAddressEqual, size, slice } from "viem";
import { publicKeyToAddress } from "viem/accounts";
import { Revert } from "./revert.ts";

const SIGNATURE_BYTES = 65;
const HALF_ORDER = secp256k1.Point.Fn.ORDER / 2n;

/** Recovering is dear and pure, and every member's node asks for the same. */
const known = new Map<string, Address | undefined>();
const MOST_KNOWN = 10_000;

function compute(digest: Hex, signature: Hex): Address | undefined {
  const recovery = Number(slice(signature, 64)) - 27;
  if (recovery !== 0 && recovery !== 1) return undefined;
  try {
    const bytes = Uint8Array.of(recovery, ...hexToBytes(slice(signature, 0, 64)));
    const parsed = secp256k1.Signature.fromBytes(bytes, "recovered");
    const point = parsed.recoverPublicKey(hexToBytes(digest));
    return publicKeyToAddress(bytesToHex(point.toBytes(false)));
  } catch {
    return undefined;
  }
}

/** Who signed a digest; as the contracts' library says it. Reverts with its errors. */
export function recover(digest: Hex, signature: Hex): Address {
  if (size(signature) !== SIGNATURE_BYTES) throw new Revert("ECDSAInvalidSignatureLength", [BigInt(size(signature))]);
  const s = slice(signature, 32, 64);
  if (BigInt(s) > HALF_ORDER) throw new Revert("ECDSAInvalidSignatureS", [s]);
  const key = `${digest}${signature}`;
  if (!known.has(key)) {
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(key, compute(digest, signature));
  }
  const address = known.get(key);
  if (address === undefined) throw new Revert("ECDSAInvalidSignature");
  return address;
}

/** Whether two addresses are the same account. */
export function isSame(a: Address, b: Address): boolean {
  return isAddressEqual(a, b);
}
