import { describe, expect, test } from "vitest";
import type { OtSenderKeys } from "../../src/primitives/base-ot.ts";
import { BLOCKS, LAMBDA_C, LEAVES, PPRF_MESSAGE_LENGTH } from "../../src/primitives/parameters.ts";
import { growTrees, punctureTrees } from "../../src/primitives/pprf.ts";
import { H } from "../../src/transcript/hash.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

const sid = new Uint8Array(32).fill(1);

function xor(...parts: readonly Uint8Array[]): Uint8Array {
  return parts.reduce((sum, part) => sum.map((byte, i) => byte ^ (part[i] ?? 0)));
}

/** The tree of one block written down leaf by leaf: bit i of a leaf's number names the branch taken at level i. */
function leafByHand(block: number, x: number, roots: readonly [Uint8Array, Uint8Array]): Uint8Array {
  let node = roots[(x & 1) as 0 | 1];
  for (let level = 1; level < 4; level++) {
    const parent = x & (2 ** level - 1);
    const digest = H("pprf", sid, Uint8Array.of(block), Uint8Array.of(level), Uint8Array.of(parent), node);
    node = ((x >>> level) & 1) === 0 ? digest.slice(0, 16) : digest.slice(16);
  }
  return node;
}

describe(`all-but-one trees (seed ${TEST_SEED})`, () => {
  const rng = seededRng(`${TEST_SEED}/pprf`);
  const keys: OtSenderKeys = Array.from({ length: LAMBDA_C }, () => [rng(16), rng(16)]);
  const { leaves, message } = growTrees(sid, keys);
  const leafOf = (block: number, x: number) => leaves.slice(16 * (16 * block + x), 16 * (16 * block + x + 1));

  test("are the hash trees of the base-OT keys", () => {
    for (const block of [0, 13, BLOCKS - 1]) {
      const roots = keys[4 * block] ?? [new Uint8Array(0), new Uint8Array(0)];
      for (let x = 0; x < LEAVES; x++) expect(leafOf(block, x)).toEqual(leafByHand(block, x, roots));
    }
  });

  test("end in the sum and the digest of the leaf hashes", () => {
    const block = 7;
    const hashes = Array.from({ length: LEAVES }, (_, x) =>
      H("pprf/leaf", sid, Uint8Array.of(block), Uint8Array.of(x), leafOf(block, x)),
    );
    const at = (block * PPRF_MESSAGE_LENGTH) / BLOCKS;
    expect(message.slice(at + 96, at + 128)).toEqual(xor(...hashes));
    expect(message.slice(at + 128, at + 160)).toEqual(H("pprf/digest", sid, Uint8Array.of(block), ...hashes));
  });

  test("can be opened at any missing leaf", () => {
    for (let y = 0; y < LEAVES; y++) {
      const known = keys.map((pair, i) => pair[((y >>> (i & 3)) & 1) === 0 ? 1 : 0]);
      const opened = punctureTrees(sid, new Array<number>(BLOCKS).fill(y), known, message);
      expect(opened?.slice(0, 16)).toEqual(leafOf(0, 1 ^ y));
      expect(opened?.slice(-16)).toEqual(leafOf(BLOCKS - 1, 15 ^ y));
    }
  });

  test("cannot be opened with a key of the other branch", () => {
    const known = keys.map((pair) => pair[1]);
    const zero = new Array<number>(BLOCKS).fill(0);
    expect(punctureTrees(sid, zero, known, message)).toBeDefined();
    for (const instance of [0, 3, LAMBDA_C - 1]) {
      const wrong = known.map((key, i) => (i === instance ? (keys[i]?.[0] ?? key) : key));
      expect(punctureTrees(sid, zero, wrong, message)).toBeUndefined();
    }
  });

  test("differ for every block even when the keys are equal", () => {
    const equal = growTrees(sid, new Array(LAMBDA_C).fill([new Uint8Array(16), new Uint8Array(16)]));
    const all = Array.from({ length: BLOCKS * LEAVES }, (_, i) => equal.leaves.slice(16 * i, 16 * i + 16).join());
    expect(new Set(all).size).toBe(BLOCKS * LEAVES);
  });

  test("leave nothing of the leaves in the message", () => {
    const hex = Buffer.from(message).toString("hex");
    for (let i = 0; i < BLOCKS * LEAVES; i++) {
      expect(hex).not.toContain(Buffer.from(leaves.subarray(16 * i, 16 * i + 16)).toString("hex"));
    }
  });
});
