import type { Rng } from "../../src/index.ts";
import { reduce } from "../../src/math/scalar.ts";

/** A random source that records its draws and lets a test replace some; calls count from 1. */
export function scriptedRng(
  source: Rng,
  replace: (call: number) => Uint8Array | undefined,
): { readonly rng: Rng; readonly draws: readonly Uint8Array[] } {
  const draws: Uint8Array[] = [];
  const rng: Rng = (length) => {
    const bytes = replace(draws.length + 1) ?? source(length);
    draws.push(bytes.slice());
    return bytes;
  };
  return { rng, draws };
}

/** The 48-byte draw that the library reduces to `value` mod q. */
export function wideScalar(value: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(reduce(value).toString(16).padStart(96, "0"), "hex"));
}

/** A source that repeats one byte for ever, but only after the test at the start of a session, which would refuse it. */
export function stuckLater(byte: number): Rng {
  let draws = 0;
  return (length) => new Uint8Array(length).fill(draws++ === 0 ? byte + 100 : byte);
}
