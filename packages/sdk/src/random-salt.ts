import { bytesToHex, type Hex } from "viem";

/** 32 random bytes, for a decision that needs no particular salt. */
export function randomSalt(): Hex {
  return bytesToHex(crypto.getRandomValues(new Uint8Array(32)));
}
