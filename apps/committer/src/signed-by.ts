import { type Address, type Hex, recoverAddress } from "viem";

/** Whether the key of an address made a signature of a digest, 65 bytes; whatever is no signature was made by nobody. */
export async function isSignedBy(address: Address, hash: Hex, signature: Hex): Promise<boolean> {
  try {
    return (await recoverAddress({ hash, signature })) === address;
  } catch {
    return false;
  }
}
