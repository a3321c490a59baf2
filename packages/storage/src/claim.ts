import type { SignClaim } from "@synod/core";
import { StorageError } from "./storage-error.ts";

const HASH = /^0x[0-9a-f]{64}$/;
const UINT64_END = 1n << 64n;

/**
 * Refuses a claim that is not in its one canonical form: two spellings of one decision would be two claims.
 * Errors: `CLAIM_INVALID` with the field and its value.
 */
export function assertClaim(claim: SignClaim): void {
  if (!HASH.test(claim.decisionId)) {
    throw new StorageError({ code: "CLAIM_INVALID", field: "decisionId", value: claim.decisionId });
  }
  if (claim.epoch < 1n || claim.epoch >= UINT64_END) {
    throw new StorageError({ code: "CLAIM_INVALID", field: "epoch", value: String(claim.epoch) });
  }
  if (!HASH.test(claim.digest)) {
    throw new StorageError({ code: "CLAIM_INVALID", field: "digest", value: claim.digest });
  }
}

/** Whether a stored text is a digest in its canonical form. */
export function isDigest(text: string): text is SignClaim["digest"] {
  return HASH.test(text);
}
