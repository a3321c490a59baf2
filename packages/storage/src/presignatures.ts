import type { MemberIndex, Presignatures, SignClaim } from "@synod/core";
import { StorageError } from "./storage-error.ts";

/** 32-byte id in hex, as the port has it. */
type PresignatureId = SignClaim["digest"];

/** One presignature that waits, without the secret itself. */
export interface PresignatureEntry {
  readonly id: PresignatureId;
  readonly signers: readonly MemberIndex[];
}

interface Kept<Presignature> {
  readonly signers: readonly MemberIndex[];
  readonly presignature: Presignature;
}

/**
 * The pool of presignatures, in memory and nowhere else. JavaScript is single-threaded and `take` is one synchronous
 * step, so of two tasks that take the same id one gets it and the other gets nothing.
 */
export class MemoryPresignatures<Presignature> implements Presignatures<Presignature> {
  readonly #kept = new Map<PresignatureId, Kept<Presignature>>();

  /** See the port. Errors: `PRESIGNATURE_EXISTS` when the id is kept already. */
  put(id: PresignatureId, signers: readonly MemberIndex[], presignature: Presignature): void {
    if (this.#kept.has(id)) throw new StorageError({ code: "PRESIGNATURE_EXISTS", id });
    this.#kept.set(id, { signers: [...signers], presignature });
  }

  /** See the port. */
  take(id: PresignatureId): Presignature | undefined {
    const kept = this.#kept.get(id);
    this.#kept.delete(id);
    return kept?.presignature;
  }

  /** See the port. */
  purge(): void {
    this.#kept.clear();
  }

  /** What waits, oldest first: enough to choose one for a signing set and to keep the pool filled. */
  entries(): readonly PresignatureEntry[] {
    return [...this.#kept].map(([id, kept]) => ({ id, signers: kept.signers }));
  }
}
