import { expect, test } from "vitest";
import { wordsFromBytes } from "../../src/math/words.ts";
import { transposeBits } from "../../src/primitives/bit-matrix.ts";
import { seededRng, TEST_SEED } from "../seeded-rng.ts";

function bit(words: Uint32Array, at: number): number {
  return ((words[at >>> 5] ?? 0) >>> (at & 31)) & 1;
}

test(`bit i of column j is bit j of row i (seed ${TEST_SEED})`, () => {
  const [rowCount, stride, columnWords] = [128, 20, 16];
  const rows = wordsFromBytes(seededRng(`${TEST_SEED}/matrix`)(rowCount * stride * 4));
  const columns = transposeBits(rows, rowCount, stride, columnWords);
  expect(columns).toHaveLength((columnWords * 32 * rowCount) / 32);
  for (let i = 0; i < rowCount; i++) {
    for (let j = 0; j < columnWords * 32; j++) {
      if (bit(columns, j * rowCount + i) !== bit(rows, i * stride * 32 + j)) expect.fail(`row ${i}, column ${j}`);
    }
  }
});
