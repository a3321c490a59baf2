/** Bytes that came in pieces, to be taken in other pieces. Each byte is copied once, when it is taken. */
export class ByteQueue {
  readonly #chunks: Uint8Array[] = [];
  /** Bytes of the first chunk that were taken. */
  #taken = 0;
  #length = 0;

  /** How many bytes wait. */
  get length(): number {
    return this.#length;
  }

  /** Adds a chunk, which must not change until it was taken. */
  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
  }

  /** The first four bytes as a big-endian number; `undefined` when there are fewer. */
  peekUint32(): number | undefined {
    if (this.#length < 4) return undefined;
    const bytes = new Uint8Array(4);
    this.#copyTo(bytes);
    return new DataView(bytes.buffer).getUint32(0);
  }

  /** Takes the first `count` bytes, in an array of their own; fewer when fewer wait. */
  take(count: number): Uint8Array {
    const bytes = new Uint8Array(Math.min(count, this.#length));
    this.#copyTo(bytes);
    this.#forget(bytes.length);
    return bytes;
  }

  #copyTo(target: Uint8Array): void {
    let written = 0;
    let skipped = this.#taken;
    for (const chunk of this.#chunks) {
      if (written === target.length) return;
      const part = chunk.subarray(skipped, skipped + target.length - written);
      target.set(part, written);
      written += part.length;
      skipped = 0;
    }
  }

  #forget(count: number): void {
    this.#length -= count;
    this.#taken += count;
    let gone = 0;
    for (const chunk of this.#chunks) {
      if (this.#taken < chunk.length) break;
      this.#taken -= chunk.length;
      gone += 1;
    }
    this.#chunks.splice(0, gone);
  }
}
