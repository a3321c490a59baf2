import { TssError } from "../errors.ts";
import { addressWord, bytes32Word, hashStruct, typedDigest, uintWord } from "./eip712.ts";

const AUTHORIZATION_TYPE =
  "Authorization(bytes32 decisionId,bytes32 agentId,bytes32 committeeId,uint64 epoch,bytes32 payloadHash,bytes32 policyHash,uint64 deadline,address registry)";
const PROOF_OF_POSSESSION_TYPE =
  "ProofOfPossession(bytes32 committeeId,uint64 epoch,bytes32 membersHash,bytes32 groupKeyX,bytes32 groupKeyY)";

/** The group key's consent to one approved decision. Checked by the agent's vault. */
export type AuthorizationIntent = {
  readonly kind: "authorization";
  readonly chainId: bigint;
  /** The vault, 20 bytes: verifying contract of the signature. */
  readonly vault: Uint8Array;
  /** 32 bytes. */
  readonly decisionId: Uint8Array;
  /** 32 bytes. */
  readonly agentId: Uint8Array;
  /** 32 bytes. */
  readonly committeeId: Uint8Array;
  /** uint64. */
  readonly epoch: bigint;
  /** 32 bytes. */
  readonly payloadHash: Uint8Array;
  /** 32 bytes. */
  readonly policyHash: Uint8Array;
  /** uint64, seconds. */
  readonly deadline: bigint;
  /** Decision registry, 20 bytes. */
  readonly registry: Uint8Array;
};

/** The group key's proof that its shares exist and work. Checked by the committee registry at activation. */
export type ProofOfPossessionIntent = {
  readonly kind: "proofOfPossession";
  readonly chainId: bigint;
  /** 20 bytes: verifying contract of the signature. */
  readonly committeeRegistry: Uint8Array;
  /** 32 bytes. */
  readonly committeeId: Uint8Array;
  /** uint64. */
  readonly epoch: bigint;
  /** 32 bytes. */
  readonly membersHash: Uint8Array;
  /** 32 bytes. */
  readonly groupKeyX: Uint8Array;
  /** 32 bytes. */
  readonly groupKeyY: Uint8Array;
};

/**
 * Everything the group key can ever sign. The union is closed and the digest is computed here: no interface of this
 * package takes 32 opaque bytes to sign.
 */
export type SigningIntent = AuthorizationIntent | ProofOfPossessionIntent;

/**
 * EIP-712 digest of an intent, 32 bytes, to be compared with the claim of the signing guard.
 * @throws TssError `invalidLength` or `integerOutOfRange` if a field has a wrong length or range, `unknownIntent` if the
 * value is none of the union: the last line of defence against a caller that is not type-checked.
 */
export function intentDigest(intent: SigningIntent): Uint8Array {
  switch (intent.kind) {
    case "authorization":
      return authorizationDigest(intent);
    case "proofOfPossession":
      return proofOfPossessionDigest(intent);
    default:
      throw new TssError("unknownIntent", "only an authorization or a proof of possession can be signed");
  }
}

function authorizationDigest(intent: AuthorizationIntent): Uint8Array {
  const domain = {
    name: "Synod AgentVault",
    version: "1",
    chainId: intent.chainId,
    verifyingContract: intent.vault,
  };
  const struct = hashStruct(AUTHORIZATION_TYPE, [
    bytes32Word(intent.decisionId),
    bytes32Word(intent.agentId),
    bytes32Word(intent.committeeId),
    uintWord(intent.epoch, 64),
    bytes32Word(intent.payloadHash),
    bytes32Word(intent.policyHash),
    uintWord(intent.deadline, 64),
    addressWord(intent.registry),
  ]);
  return typedDigest(domain, struct);
}

function proofOfPossessionDigest(intent: ProofOfPossessionIntent): Uint8Array {
  const domain = {
    name: "Synod CommitteeRegistry",
    version: "1",
    chainId: intent.chainId,
    verifyingContract: intent.committeeRegistry,
  };
  const struct = hashStruct(PROOF_OF_POSSESSION_TYPE, [
    bytes32Word(intent.committeeId),
    uintWord(intent.epoch, 64),
    bytes32Word(intent.membersHash),
    bytes32Word(intent.groupKeyX),
    bytes32Word(intent.groupKeyY),
  ]);
  return typedDigest(domain, struct);
}
