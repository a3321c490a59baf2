import type { Address, Hex } from "viem";
import type { AuthorizationIntent } from "../guard/intent.ts";
import type { CommitteeId, DecisionId, Epoch } from "./ids.ts";
import { typedDigest } from "./typed-data.ts";

/** Where a committee's messages are checked. */
export interface CommitteeRegistryPlace {
  readonly chainId: bigint;
  readonly committeeRegistry: Address;
}

/** Where attestations are checked. */
export interface DecisionRegistryPlace {
  readonly chainId: bigint;
  readonly decisionRegistry: Address;
}

/** A proposed epoch as proposals and confirmations name it. */
export interface EpochTerms {
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
  readonly membersHash: Hex;
  readonly minSigners: number;
  readonly quorum: number;
}

/** A quorum of the active epoch proposes the next one. */
export interface EpochProposal extends EpochTerms {
  /** The active epoch, whose members sign: an approval serves no other. */
  readonly approvingEpoch: Epoch;
}

/** A quorum of the active epoch gives up a half-done one. */
export interface EpochAbandonment {
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
}

/** A member of a proposed epoch confirms its group key and the public record of the key generation. */
export interface EpochConfirmation extends EpochTerms {
  /** Affine coordinates of the group key, 32 bytes each. */
  readonly groupKeyX: Hex;
  readonly groupKeyY: Hex;
  readonly recordHash: Hex;
}

/** The group key shows that it can sign. */
export interface ProofOfPossession {
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
  readonly membersHash: Hex;
  /** Affine coordinates of the group key, 32 bytes each. */
  readonly groupKeyX: Hex;
  readonly groupKeyY: Hex;
}

/** What an attestation says. */
export interface AttestationMessage {
  readonly decisionId: DecisionId;
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
  readonly reply: boolean;
  readonly resultHash: Hex;
}

/**
 * Where a member's audit log stands. Signed by that member it says "this is my log's head"; signed by another one of the
 * epoch, "I have been shown it, and it extends what I signed of that log before". No contract checks it.
 */
export interface AuditHeadMessage {
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
  /** Whose log it is: the address of its identity key. */
  readonly committer: Address;
  /** Records in the log, less than 2^32. */
  readonly length: number;
  /** Hash of the last record, 32 bytes. */
  readonly hash: Hex;
}

function committeeDomain(place: CommitteeRegistryPlace) {
  return { name: "CommitteeRegistry", chainId: place.chainId, verifyingContract: place.committeeRegistry } as const;
}

/** EIP-712 digest of an epoch proposal, 32 bytes. */
export function epochProposalDigest(place: CommitteeRegistryPlace, message: EpochProposal): Hex {
  const { committeeId, epoch, membersHash, minSigners, quorum, approvingEpoch } = message;
  const values = [committeeId, epoch, membersHash, minSigners, quorum, approvingEpoch];
  return typedDigest(committeeDomain(place), "EpochProposal", values);
}

/** EIP-712 digest of an epoch abandonment, 32 bytes. */
export function epochAbandonmentDigest(place: CommitteeRegistryPlace, message: EpochAbandonment): Hex {
  return typedDigest(committeeDomain(place), "EpochAbandonment", [message.committeeId, message.epoch]);
}

/** EIP-712 digest of an epoch confirmation, 32 bytes. */
export function epochConfirmationDigest(place: CommitteeRegistryPlace, message: EpochConfirmation): Hex {
  return typedDigest(committeeDomain(place), "EpochConfirmation", [
    message.committeeId,
    message.epoch,
    message.membersHash,
    message.minSigners,
    message.quorum,
    message.groupKeyX,
    message.groupKeyY,
    message.recordHash,
  ]);
}

/** EIP-712 digest of a proof of possession, 32 bytes. */
export function proofOfPossessionDigest(place: CommitteeRegistryPlace, message: ProofOfPossession): Hex {
  const { committeeId, epoch, membersHash, groupKeyX, groupKeyY } = message;
  const values = [committeeId, epoch, membersHash, groupKeyX, groupKeyY];
  return typedDigest(committeeDomain(place), "ProofOfPossession", values);
}

/** EIP-712 digest of the head of an audit log, 32 bytes. */
export function auditHeadDigest(place: CommitteeRegistryPlace, message: AuditHeadMessage): Hex {
  const { committeeId, epoch, committer, length, hash } = message;
  return typedDigest(committeeDomain(place), "AuditHead", [committeeId, epoch, committer, length, hash]);
}

/** EIP-712 digest of an attestation, 32 bytes. */
export function attestationDigest(place: DecisionRegistryPlace, message: AttestationMessage): Hex {
  const { decisionId, committeeId, epoch, reply, resultHash } = message;
  const domain = {
    name: "DecisionRegistry",
    chainId: place.chainId,
    verifyingContract: place.decisionRegistry,
  } as const;
  return typedDigest(domain, "Attestation", [decisionId, committeeId, epoch, reply, resultHash]);
}

/** EIP-712 digest of an authorization, 32 bytes: what the vault checks. */
export function authorizationDigest(intent: AuthorizationIntent): Hex {
  const domain = { name: "AgentVault", chainId: intent.chainId, verifyingContract: intent.vault } as const;
  return typedDigest(domain, "Authorization", [
    intent.decisionId,
    intent.agentId,
    intent.committeeId,
    intent.epoch,
    intent.payloadHash,
    intent.policyHash,
    intent.deadline,
    intent.registry,
  ]);
}
