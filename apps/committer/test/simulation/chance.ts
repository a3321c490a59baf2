import { createCipheriv, createHash } from "node:crypto";

const WORD_BYTES = 4;
const WORD_END = 2 ** 32;
const BLOCK = new Uint8Array(4_096);

/** Randomness of one thing in a simulated world: it follows from the world's seed and the thing's name alone. */
export type Chance = {
  /** The asked number of bytes. */
  bytes(length: number): Uint8Array;
  /** In [0, 1). */
  fraction(): number;
  /** Whether something of this probability happens. */
  hits(probability: number): boolean;
  /** A whole number in [from, to], both included. */
  between(from: number, to: number): number;
  /** One of a list that is not empty. */
  oneOf<Item>(items: readonly [Item, ...Item[]]): Item;
  /** The same items in another order. */
  shuffled<Item>(items: readonly Item[]): readonly Item[];
};

/** Bytes of AES-256 in counter mode under a hash of seed and name: quick, and the same everywhere. */
function stream(seed: string, name: string): (length: number) => Uint8Array {
  const key = createHash("sha256").update(`${seed}/${name}`).digest();
  const cipher = createCipheriv("aes-256-ctr", key, new Uint8Array(16));
  let rest: Uint8Array = new Uint8Array(0);
  return (length) => {
    while (rest.length < length) rest = Uint8Array.from(Buffer.concat([rest, cipher.update(BLOCK)]));
    const bytes = rest.slice(0, length);
    rest = rest.subarray(length);
    return bytes;
  };
}

/** Chance of the named thing. Things with names of their own do not disturb each other's. */
export function chanceOf(seed: string, name: string): Chance {
  const bytes = stream(seed, name);
  const fraction = () => {
    const word = bytes(WORD_BYTES);
    return new DataView(word.buffer, word.byteOffset, WORD_BYTES).getUint32(0) / WORD_END;
  };
  const between = (from: number, to: number) => from + Math.floor(fraction() * (to - from + 1));
  return {
    bytes,
    fraction,
    between,
    hits: (probability) => fraction() < probability,
    oneOf: (items) => items[between(0, items.length - 1)] ?? items[0],
    shuffled(items) {
      const ranked = items.map((item) => ({ item, rank: fraction() }));
      return ranked.sort((a, b) => a.rank - b.rank).map(({ item }) => item);
    },
  };
}
