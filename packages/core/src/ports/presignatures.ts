import type { Hex } from "viem";
import type { MemberIndex } from "../decision/ids.ts";

/**
 * Presignatures that wait to be used. Memory only: none may reach a disk or a backup, and none survives a restart.
 * The pool owns what was put until it is taken; then the taker owns it alone.
 */
export interface Presignatures<Presignature> {
  /** Keeps one presignature under an id that was never used before, with the members it was made with. */
  put(id: Hex, signers: readonly MemberIndex[], presignature: Presignature): void;
  /** Deletes the presignature and hands it out. A second take of the same id gives `undefined`. */
  take(id: Hex): Presignature | undefined;
  /** Burns all that is kept. */
  purge(): void;
}
