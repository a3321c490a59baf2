/** Bits of a word, and the side of the square that is transposed at once. */
const SIDE = 32;

/** Transposes 32 words in place: afterwards bit r of word c is what bit c of word r was. */
function transposeSquare(square: Uint32Array): void {
  let mask = 0x0000ffff;
  for (let step = 16; step > 0; step >>>= 1) {
    for (let row = 0; row < SIDE; row = (row + step + 1) & ~step) {
      const low = square[row] ?? 0;
      const high = square[row + step] ?? 0;
      const exchange = ((low >>> step) ^ high) & mask;
      square[row] = low ^ (exchange << step);
      square[row + step] = high ^ exchange;
    }
    mask ^= mask << (step >>> 1);
  }
}

/**
 * Transposes a bit matrix in little-endian bit order.
 * @param rows the rows one after another, `stride` words each; their number is a multiple of 32
 * @param rowCount number of rows
 * @param stride words per row
 * @param columnWords how many words of each row to transpose, from the first
 * @returns the columns one after another, rowCount / 32 words each
 */
export function transposeBits(rows: Uint32Array, rowCount: number, stride: number, columnWords: number): Uint32Array {
  const groups = rowCount / SIDE;
  const columns = new Uint32Array(columnWords * SIDE * groups);
  const square = new Uint32Array(SIDE);
  for (let group = 0; group < groups; group++) {
    for (let word = 0; word < columnWords; word++) {
      for (let r = 0; r < SIDE; r++) square[r] = rows[(group * SIDE + r) * stride + word] ?? 0;
      transposeSquare(square);
      for (let c = 0; c < SIDE; c++) columns[(word * SIDE + c) * groups + group] = square[c] ?? 0;
    }
  }
  square.fill(0);
  return columns;
}
