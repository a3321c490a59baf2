import { secp256k1 } from "@noble/curves/secp256k1.js";
import { type GroupSignature, intentDigest } from "../../src/index.ts";
import type { Committee } from "../harness/committee.ts";
import { sampleIntent } from "../harness/sessions.ts";

/** Throws unless each signature is one of the group key over the intent that all approved, by noble's own verification. */
export function expectSignatures(
  committee: Committee,
  groupKey: Uint8Array,
  signatures: readonly GroupSignature[],
): void {
  const digest = intentDigest(sampleIntent(committee));
  for (const { bytes } of signatures) {
    if (!secp256k1.verify(bytes.slice(0, 64), digest, groupKey, { prehash: false, lowS: true })) {
      throw new TypeError("an invalid signature was put out");
    }
  }
}
