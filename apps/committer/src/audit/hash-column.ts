import { bytesToHex, type Hex, hexToBytes } from "viem";

const HASH_BYTES = 32;
const FIRST_ROOM = 64;

/** Hashes of 32 bytes, one after the other, in 32 bytes of memory each. It only grows. */
export class HashColumn {
  #bytes = new Uint8Array(FIRST_ROOM * HASH_BYTES);
  #length = 0;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** Adds one at the end. */
  push(hash: Hex): void {
    const at = this.#length * HASH_BYTES;
    if (at === this.#bytes.length) {
      const larger = new Uint8Array(2 * at);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(hexToBytes(hash), at);
    this.#length += 1;
  }

  /** Those from position `from` up to, and without, position `to`; fewer where there are no more. */
  slice(from: number, to: number): readonly Hex[] {
    const end = Math.min(to, this.#length);
    return Array.from({ length: Math.max(0, end - from) }, (_, offset) => {
      const at = (from + offset) * HASH_BYTES;
      return bytesToHex(this.#bytes.subarray(at, at + HASH_BYTES));
    });
  }
}
