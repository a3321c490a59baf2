import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import type { Rng } from "../src/math/rng.ts";

/** A deterministic source: SHA-256 of the seed text and a counter. Never for anything but tests. */
export function seededRng(seed: string): Rng {
  let counter = 0;
  return (length) => {
    const out = new Uint8Array(length);
    for (let offset = 0; offset < length; offset += 32) {
      out.set(sha256(utf8ToBytes(`${seed}/${counter++}`)).subarray(0, length - offset), offset);
    }
    return out;
  };
}

/** The seed of a test run: SYNOD_TEST_SEED, or a fixed one. Test names carry it, so that a failure prints it. */
export const TEST_SEED: string = process.env.SYNOD_TEST_SEED ?? "synod";
