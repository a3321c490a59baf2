// The file and not the package's entry: that loads the whole library, at four times the cost.
import { instantiateSecp256k1 } from "@bitauth/libauth/build/lib/crypto/secp256k1.js";
import { type Address, bytesToHex, type Hex, hexToBytes, recoverAddress } from "viem";
import { publicKeyToAddress } from "viem/accounts";
import { messageOf } from "./failure.ts";

/**
 * The address of the key that made a signature (r ‖ s ‖ v, 65 bytes, v 27 or 28) of a digest.
 * Errors: any, when there is no such key.
 */
export type Recover = (hash: Hex, signature: Hex) => Promise<Address>;

/** A signature whose signer is known: a way to recover that does not find it is not used. */
const KNOWN = {
  hash: `0x${"5a".repeat(32)}`,
  signature:
    "0x3c6e38ac5b2beec0d9a7e3efddf41646e7d469758a9d759f1004711682cea85d74a2d9aaad3947f95c4d42eb3700539f657728ac363bc5c613e57000c680de5e1b",
  signer: "0x7e9fb40f66c4e132Fa5E64E49f307E02B76540f8",
} as const;

let recover: Recover = (hash, signature) => recoverAddress({ hash, signature });

/** {@link Recover}, by the fastest way that is installed in this thread. */
export function signerOf(hash: Hex, signature: Hex): Promise<Address> {
  return recover(hash, signature);
}

/**
 * Recovery by libsecp256k1 in WebAssembly, many times as fast as by the curve library.
 * Errors: whatever WebAssembly throws where it is missing or forbidden.
 */
export async function loadRecovery(): Promise<Recover> {
  const library = await instantiateSecp256k1();
  return async (hash, signature) => {
    const bytes = hexToBytes(signature);
    const key = library.recoverPublicKeyUncompressed(bytes.subarray(0, 64), bytes[64] === 28 ? 1 : 0, hexToBytes(hash));
    if (typeof key === "string") throw new RangeError(key);
    return publicKeyToAddress(bytesToHex(key));
  };
}

/**
 * Lets {@link signerOf} use WebAssembly. Where that does not load, or finds the wrong signer, everything works as before.
 *
 * Side effects: signatures are checked with it in this thread from now on.
 * @returns why it is not used; `undefined` when it is
 */
export async function installRecovery(load: typeof loadRecovery = loadRecovery): Promise<string | undefined> {
  try {
    const loaded = await load();
    if ((await loaded(KNOWN.hash, KNOWN.signature)) !== KNOWN.signer) return "it finds another signer than there is";
    recover = loaded;
    return undefined;
  } catch (cause) {
    return messageOf(cause);
  }
}
