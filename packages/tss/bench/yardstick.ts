import { secp256k1 } from "@noble/curves/secp256k1.js";
import type { Rng } from "../src/index.ts";
import { timed } from "./measure.ts";

const CALLS = 6;

/**
 * V, the CPU milliseconds of one signature verification of the curve library, measured right now: a busy machine changes
 * its pace within a run, so each figure is divided by the V around it.
 */
export function createYardstick(rng: Rng): () => number {
  const [secret, digest] = [rng(32), rng(32)];
  const publicKey = secp256k1.getPublicKey(secret);
  const signature = secp256k1.sign(digest, secret, { prehash: false });
  const verify = (): void => {
    for (let i = 0; i < CALLS; i++) secp256k1.verify(signature, digest, publicKey, { prehash: false });
  };
  for (let i = 0; i < 8; i++) verify();
  return () => timed(verify).ms / CALLS;
}

/** A result with the mean of V before and after the run that gave it. */
export function withYardstick<T>(
  yardstick: () => number,
  run: () => T,
): { readonly result: T; readonly verifyMs: number } {
  const before = yardstick();
  const result = run();
  return { result, verifyMs: (before + yardstick()) / 2 };
}
