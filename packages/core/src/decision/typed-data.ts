import type { Address, Hex } from "viem";
import { concat, encodeAbiParameters, keccak256, parseAbiParameters, stringToHex } from "viem/utils";

/** EIP-712 type strings of everything that is ever signed. Each has a name of its own: none can stand for another. */
export const TYPE_STRINGS = {
  EpochProposal:
    "EpochProposal(bytes32 committeeId,uint64 epoch,bytes32 membersHash,uint16 minSigners,uint16 quorum,uint64 approvingEpoch)",
  EpochAbandonment: "EpochAbandonment(bytes32 committeeId,uint64 epoch)",
  EpochConfirmation:
    "EpochConfirmation(bytes32 committeeId,uint64 epoch,bytes32 membersHash,uint16 minSigners,uint16 quorum,bytes32 groupKeyX,bytes32 groupKeyY,bytes32 recordHash)",
  ProofOfPossession:
    "ProofOfPossession(bytes32 committeeId,uint64 epoch,bytes32 membersHash,bytes32 groupKeyX,bytes32 groupKeyY)",
  Attestation: "Attestation(bytes32 decisionId,bytes32 committeeId,uint64 epoch,bool reply,bytes32 resultHash)",
  AuditHead: "AuditHead(bytes32 committeeId,uint64 epoch,address committer,uint32 length,bytes32 hash)",
  Authorization:
    "Authorization(bytes32 decisionId,bytes32 agentId,bytes32 committeeId,uint64 epoch,bytes32 payloadHash,bytes32 policyHash,uint64 deadline,address registry)",
} as const;

/** Name of one EIP-712 message. */
export type MessageName = keyof typeof TYPE_STRINGS;

/** EIP-712 domain names of the three contracts. The version of all is "1". */
export const DOMAIN_NAMES = {
  CommitteeRegistry: "Synod CommitteeRegistry",
  DecisionRegistry: "Synod DecisionRegistry",
  AgentVault: "Synod AgentVault",
} as const;

/** Name of a contract that checks signatures. */
export type DomainName = keyof typeof DOMAIN_NAMES;

/** An EIP-712 domain of Synod. */
export interface TypedDomain {
  readonly name: DomainName;
  readonly chainId: bigint;
  readonly verifyingContract: Address;
}

/** A field of a message; all are one word long. */
export interface TypedField {
  readonly name: string;
  readonly type: string;
}

const DOMAIN_TYPE_HASH = keccak256(
  stringToHex("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
);
const VERSION_HASH = keccak256(stringToHex("1"));
const DOMAIN = parseAbiParameters("bytes32, bytes32, bytes32, uint256, address");

/** Fields of a message in order, read from its type string. */
export function fieldsOf(message: MessageName): readonly TypedField[] {
  const typeString = TYPE_STRINGS[message];
  const inner = typeString.slice(typeString.indexOf("(") + 1, -1);
  return inner.split(",").map((field) => {
    const [type = "", name = ""] = field.split(" ");
    return { name, type };
  });
}

/** EIP-712 domain separator, 32 bytes. Source: https://eips.ethereum.org/EIPS/eip-712 */
export function domainSeparator(domain: TypedDomain): Hex {
  const nameHash = keccak256(stringToHex(DOMAIN_NAMES[domain.name]));
  const words = [DOMAIN_TYPE_HASH, nameHash, VERSION_HASH, domain.chainId, domain.verifyingContract] as const;
  return keccak256(encodeAbiParameters(DOMAIN, words));
}

/** hashStruct of a message, 32 bytes. `values` are in the order of the fields. */
export function structHash(message: MessageName, values: readonly unknown[]): Hex {
  const parameters = [{ type: "bytes32" }, ...fieldsOf(message)];
  const typeHash = keccak256(stringToHex(TYPE_STRINGS[message]));
  return keccak256(encodeAbiParameters(parameters, [typeHash, ...values]));
}

/** EIP-712 digest of a message in a domain, 32 bytes. Internal: callers use the typed functions of `digests.ts`. */
export function typedDigest(domain: TypedDomain, message: MessageName, values: readonly unknown[]): Hex {
  return keccak256(concat(["0x1901", domainSeparator(domain), structHash(message, values)]));
}
