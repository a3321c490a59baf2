import { UnusableAnswerError } from "./unusable-answer.ts";

/** A body may come in this many pieces, whatever their size; more must be of some length, because each costs time. */
const FREE_PIECES = 2_048;
const LEAST_PIECE_BYTES = 64;

const FIRST_BYTES = 4_096;

/** The body of an answer while it comes, in one growing buffer: many small pieces take no more memory than one. */
export class BoundedBody {
  readonly #limit: number;
  #buffer = new Uint8Array(FIRST_BYTES);
  #size = 0;
  #pieces = 0;

  /** @param limit longest body, in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** The body announces its length. Errors: `UnusableAnswerError` `tooLarge`. */
  expect(size: number): void {
    if (size > this.#limit) throw new UnusableAnswerError("tooLarge", `the answer is longer than ${this.#limit} bytes`);
  }

  /** Takes the next piece. Errors: `UnusableAnswerError` `tooLarge` or `tooFragmented`; nothing is taken then. */
  add(piece: Uint8Array): void {
    const end = this.#size + piece.length;
    this.expect(end);
    this.#pieces += 1;
    if (this.#pieces > FREE_PIECES && end < this.#pieces * LEAST_PIECE_BYTES)
      throw new UnusableAnswerError("tooFragmented", "the answer comes in crumbs");
    if (end > this.#buffer.length) this.#grow(end);
    this.#buffer.set(piece, this.#size);
    this.#size = end;
  }

  /** All of it, as UTF-8. */
  text(): string {
    return new TextDecoder().decode(this.#buffer.subarray(0, this.#size));
  }

  #grow(least: number): void {
    const grown = new Uint8Array(Math.max(least, Math.min(this.#limit, this.#buffer.length * 2)));
    grown.set(this.#buffer.subarray(0, this.#size));
    this.#buffer = grown;
  }
}
