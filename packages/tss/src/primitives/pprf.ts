import { equalBytes, u8, wipe } from "../math/bytes.ts";
import { H, HASH_LENGTH } from "../transcript/hash.ts";
import type { OtSenderKeys } from "./base-ot.ts";
import { BLOCKS, K, LEAVES, PPRF_MESSAGE_LENGTH, SEED_LENGTH } from "./parameters.ts";

/*
 * All-but-one puncturable PRF of SoftSpokenOT (Roy, ePrint 2022/192, figures 13 and 14): for each block of k = 4 base
 * OTs Bob grows a tree of 16 leaves and Alice learns all but leaf y. Node m of a level gets the children m (branch 0)
 * and m + 2^level (branch 1), so level i decides bit i of the leaf's number and belongs to base OT 4 * block + i.
 * Alice's base-OT choice is the complement of bit i of y: she learns the sums of the other side.
 */

const SUMS_LENGTH = (K - 1) * 2 * SEED_LENGTH;
const BLOCK_MESSAGE_LENGTH = PPRF_MESSAGE_LENGTH / BLOCKS;

type Nodes = readonly Uint8Array[];

function xorInto(target: Uint8Array, source: Uint8Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) ^ (source[i] ?? 0);
}

function sum(parts: Nodes, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (const part of parts) xorInto(out, part);
  return out;
}

/** The next level: children of branch 0 first, then those of branch 1. */
function expandLevel(sid: Uint8Array, block: number, level: number, nodes: Nodes): Nodes {
  const digests = nodes.map((node, m) => H("pprf", sid, u8(block), u8(level), u8(m), node));
  const children = [
    ...digests.map((digest) => digest.slice(0, SEED_LENGTH)),
    ...digests.map((digest) => digest.slice(SEED_LENGTH)),
  ];
  wipe(...digests);
  return children;
}

function leafHashes(sid: Uint8Array, block: number, leaves: Nodes): Nodes {
  return leaves.map((leaf, x) => H("pprf/leaf", sid, u8(block), u8(x), leaf));
}

function leafDigest(sid: Uint8Array, block: number, hashes: Nodes): Uint8Array {
  return H("pprf/digest", sid, u8(block), ...hashes);
}

/** The two sums of a level, each hidden by the base-OT key of its branch. */
function levelSums(children: Nodes, keys: readonly [Uint8Array, Uint8Array]): Nodes {
  const half = children.length / 2;
  return [
    sum([...children.slice(0, half), keys[0]], SEED_LENGTH),
    sum([...children.slice(half), keys[1]], SEED_LENGTH),
  ];
}

function growBlock(
  sid: Uint8Array,
  block: number,
  keys: OtSenderKeys,
): { readonly leaves: Nodes; readonly fields: Nodes } {
  const fields: Uint8Array[] = [];
  const [root, ...levels] = keys;
  let nodes: Nodes = root ?? [];
  for (const [i, levelKeys] of levels.entries()) {
    const children = expandLevel(sid, block, i + 1, nodes);
    fields.push(...levelSums(children, levelKeys));
    if (i > 0) wipe(...nodes);
    nodes = children;
  }
  const hashes = leafHashes(sid, block, nodes);
  fields.push(sum(hashes, HASH_LENGTH), leafDigest(sid, block, hashes));
  return { leaves: nodes, fields };
}

/**
 * Pair setup step 5: Bob grows all trees from the base-OT keys.
 * @returns `leaves`: leaf x of block i at 16 * (16 i + x), secret; `message`: 5,120 bytes for Alice
 */
export function growTrees(
  sid: Uint8Array,
  keys: OtSenderKeys,
): { readonly leaves: Uint8Array; readonly message: Uint8Array } {
  const leaves = new Uint8Array(BLOCKS * LEAVES * SEED_LENGTH);
  const message = new Uint8Array(PPRF_MESSAGE_LENGTH);
  for (let block = 0; block < BLOCKS; block++) {
    const tree = growBlock(sid, block, keys.slice(K * block, K * block + K));
    for (const [x, leaf] of tree.leaves.entries()) leaves.set(leaf, (block * LEAVES + x) * SEED_LENGTH);
    wipe(...tree.leaves);
    let offset = block * BLOCK_MESSAGE_LENGTH;
    for (const field of tree.fields) {
      message.set(field, offset);
      offset += field.length;
    }
  }
  return { leaves, message };
}

/**
 * One level of Alice's tree. Her nodes are kept by offset e = m XOR (low bits of y): offset 0 is the unknown one.
 * @param bit bit `level` of y
 * @param branchSum the sum of all children of the branch she knows, 1 - bit
 */
function descend(
  nodes: Nodes,
  context: { readonly sid: Uint8Array; readonly block: number; readonly level: number; readonly y: number },
  branchSum: Uint8Array,
): Nodes {
  const { sid, block, level, y } = context;
  const bit = (y >>> level) & 1;
  const low = y & (2 ** level - 1);
  const unknown = new Uint8Array(SEED_LENGTH);
  const near: Uint8Array[] = [unknown];
  const far: Uint8Array[] = [];
  for (const [e, node] of nodes.entries()) {
    if (e === 0) continue;
    const digest = H("pprf", sid, u8(block), u8(level), u8(e ^ low), node);
    near.push(digest.slice(bit * SEED_LENGTH, (bit + 1) * SEED_LENGTH));
    far.push(digest.slice((1 - bit) * SEED_LENGTH, (2 - bit) * SEED_LENGTH));
    wipe(digest);
  }
  return [...near, sum([branchSum, ...far], SEED_LENGTH), ...far];
}

/** Whether the leaf hashes, with the missing one filled in from their sum, have the digest Bob sent. */
function isConsistent(
  sid: Uint8Array,
  block: number,
  y: number,
  leaves: Nodes,
  claimed: { readonly sum: Uint8Array; readonly digest: Uint8Array },
): boolean {
  const known = leaves.slice(1).map((leaf, i) => H("pprf/leaf", sid, u8(block), u8((i + 1) ^ y), leaf));
  const byOffset = [sum([claimed.sum, ...known], HASH_LENGTH), ...known];
  const byNumber = byOffset.map((_, x) => byOffset[x ^ y] ?? claimed.sum);
  return equalBytes(leafDigest(sid, block, byNumber), claimed.digest);
}

/** Alice's leaves of one block by offset (offset 0 unknown), and whether the block passed the check. */
function punctureBlock(
  sid: Uint8Array,
  block: number,
  y: number,
  keys: Nodes,
  message: Uint8Array,
): { readonly leaves: Nodes; readonly passed: boolean } {
  const unknown = new Uint8Array(SEED_LENGTH);
  let nodes: Nodes = [unknown, keys[0] ?? unknown];
  for (let level = 1; level < K; level++) {
    const branch = 1 - ((y >>> level) & 1);
    const at = ((level - 1) * 2 + branch) * SEED_LENGTH;
    const branchSum = message.slice(at, at + SEED_LENGTH);
    xorInto(branchSum, keys[level] ?? unknown);
    nodes = descend(nodes, { sid, block, level, y }, branchSum);
  }
  const claimed = {
    sum: message.subarray(SUMS_LENGTH, SUMS_LENGTH + HASH_LENGTH),
    digest: message.subarray(SUMS_LENGTH + HASH_LENGTH),
  };
  return { leaves: nodes, passed: isConsistent(sid, block, y, nodes, claimed) };
}

/**
 * Pair setup step 6: Alice recovers 15 of 16 leaves of each block and checks Bob's digests. All blocks are computed
 * before the verdict, so that the time does not tell which one failed.
 * @param missing y_i of each of the 32 blocks, 0..15, secret
 * @param keys her 128 base-OT keys, for the choices that are the complement of the bits of y
 * @param message Bob's 5,120 bytes, length already checked
 * @returns the leaves (layout: `AlicePair.leaves`), or undefined when any digest differs
 */
export function punctureTrees(
  sid: Uint8Array,
  missing: readonly number[],
  keys: Nodes,
  message: Uint8Array,
): Uint8Array | undefined {
  const leaves = new Uint8Array(BLOCKS * (LEAVES - 1) * SEED_LENGTH);
  let passed = true;
  for (const [block, y] of missing.entries()) {
    const at = block * BLOCK_MESSAGE_LENGTH;
    const blockKeys = keys.slice(K * block, K * block + K);
    const tree = punctureBlock(sid, block, y, blockKeys, message.subarray(at, at + BLOCK_MESSAGE_LENGTH));
    for (const [i, leaf] of tree.leaves.slice(1).entries()) {
      leaves.set(leaf, (block * (LEAVES - 1) + i) * SEED_LENGTH);
    }
    wipe(...tree.leaves);
    passed = tree.passed && passed;
  }
  if (passed) return leaves;
  wipe(leaves);
  return undefined;
}
