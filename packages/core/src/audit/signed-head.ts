import type { Address, Hex } from "viem";
import type { AuditHeadMessage, CommitteeRegistryPlace } from "../decision/digests.ts";

/** The head of a log with the signature of its committer, or of another member that was shown it. */
export interface SignedAuditHead extends CommitteeRegistryPlace, AuditHeadMessage {
  /** Address of the identity key that signed; the committer's own, or another member's of the epoch. */
  readonly signer: Address;
  /** 65 bytes r ‖ s ‖ v over `auditHeadDigest`. */
  readonly signature: Hex;
}

/** A signed head as one line of JSON, without a line break: the form in which it is kept and exported. */
export function auditHeadText(head: SignedAuditHead): string {
  const { chainId, committeeRegistry, committeeId, epoch, committer, length, hash, signer, signature } = head;
  const place = { chainId: `${chainId}`, committeeRegistry, committeeId, epoch: `${epoch}` };
  return JSON.stringify({ ...place, committer, length, hash, signer, signature });
}
