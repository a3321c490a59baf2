import { TssError } from "../errors.ts";

const REDACTED = "[redacted]";

/**
 * A secret value that prints as redacted in string, JSON and inspection. It owns its value: bytes are zeroed by
 * `wipe`; a bigint cannot be, only forgotten.
 */
export class Secret<T extends Uint8Array | bigint> {
  #value: T | undefined;

  /** Takes ownership of `value`: the caller must not keep or change it. */
  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself, still owned by this object. Throws `secretWiped` after `wipe`. */
  expose(): T {
    if (this.#value === undefined) throw new TssError("secretWiped", "this secret was wiped");
    return this.#value;
  }

  /** Zeroes bytes and forgets the value. Safe to call twice. */
  wipe(): void {
    if (this.#value instanceof Uint8Array) this.#value.fill(0);
    this.#value = undefined;
  }

  /** Always "[redacted]". */
  toString(): string {
    return REDACTED;
  }

  /** Always "[redacted]". */
  toJSON(): string {
    return REDACTED;
  }

  /** Always "[redacted]": what inspection in Node prints. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return REDACTED;
  }
}
