import { type Call, type CallRule, typedDataSelector } from "@synod/core";
import {
  type Address,
  concat,
  domainSeparator,
  encodeAbiParameters,
  encodeFunctionData,
  encodePacked,
  type Hex,
  hashTypedData,
  keccak256,
  numberToHex,
  parseAbiParameters,
  stringToHex,
  type TypedDataDomain,
  validateTypedData,
  zeroAddress,
  zeroHash,
} from "viem";
import { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { agentVaultAbi } from "../generated/agent-vault-abi.ts";
import { encodeContents, encodeType, type TypedDataContents } from "./encode-typed-data.ts";

/** Typed data that a vault is to agree to. */
export type TypedDataApprovalParameters = TypedDataContents & {
  readonly vault: Address;
  /** Chain of the vault. */
  readonly chainId: bigint;
  /** The application's own domain; it must name its contract, and no other chain. */
  readonly domain: TypedDataDomain;
  /** Last second of chain time at which the approval counts, at most 30 days from its execution. */
  readonly expiry: bigint;
};

/** All that belongs to one approval. */
export type TypedDataApproval = {
  /** EIP-712 hash of the data: what the application asks the vault about. */
  readonly digest: Hex;
  /** The same, nested in the vault's domain (ERC-7739): what `revokeTypedData` and `approvedUntil` take. */
  readonly approvalId: Hex;
  /** What to hand to the application as the vault's signature, once the approval was executed. No secret. */
  readonly signature: Hex;
  /** The call that a decision makes of the vault in order to approve. */
  readonly call: Call;
  /** The rule that the vault's policy must have. */
  readonly rule: Pick<CallRule, "target" | "selector">;
};

const NESTED_DOMAIN = parseAbiParameters("bytes32, bytes32, uint256, address, bytes32");

/** Bits of the fields of a domain (ERC-5267), in the order in which they stand in its type. */
const FIELDS = ["name", "version", "chainId", "verifyingContract", "salt"] as const;

/**
 * Makes everything that an approval of typed data needs (ERC-1271, ERC-7739). Pure.
 * Errors: ARGUMENT_INVALID when the domain names no contract or another chain, or the data does not fit its types.
 */
export function typedDataApproval(parameters: TypedDataApprovalParameters): TypedDataApproval {
  const { vault, domain, expiry, primaryType } = parameters;
  const app = requireApp(parameters);
  const digest = digestOf(parameters);
  const contentsType = encodeType(parameters);
  const contents = encodeContents(parameters);
  const separator = domainSeparator({ domain });
  const contentsHash = keccak256(concat([keccak256(stringToHex(contentsType)), contents]));
  const data = encodeFunctionData({
    abi: agentVaultAbi,
    functionName: "approveTypedData",
    args: [appDomain(domain), contentsType, contents, expiry],
  });
  const nested = keccak256(concat([nestedTypeHash(primaryType, contentsType), contentsHash, nestedDomain(parameters)]));
  return {
    digest,
    approvalId: keccak256(concat(["0x1901", separator, nested])),
    signature: encodePacked(
      ["bytes32", "bytes32", "string", "uint16"],
      [separator, contentsHash, contentsType, contentsType.length],
    ),
    call: { target: vault, value: 0n, data },
    rule: { target: app, selector: typedDataSelector(contentsType) },
  };
}

function requireApp({ domain, chainId }: TypedDataApprovalParameters): Address {
  const isElsewhere = domain.chainId !== undefined && BigInt(domain.chainId) !== chainId;
  if (domain.verifyingContract !== undefined && !isElsewhere) return domain.verifyingContract;
  throw new SynodSdkError({
    code: "ARGUMENT_INVALID",
    what: isElsewhere ? `the application is on chain ${domain.chainId}` : "the application's domain names no contract",
    remedy: `give the domain of an application on chain ${chainId}, with its verifyingContract`,
  });
}

function digestOf({ domain, types, primaryType, message }: TypedDataApprovalParameters): Hex {
  try {
    validateTypedData({ domain, types, primaryType, message });
    return hashTypedData({ domain, types, primaryType, message });
  } catch (error) {
    const what = `the typed data is malformed: ${error instanceof Error ? error.message : String(error)}`;
    throw new SynodSdkError({ code: "ARGUMENT_INVALID", what, remedy: "correct the message or its types" }, error);
  }
}

function appDomain(domain: TypedDataDomain) {
  const bits = FIELDS.reduce((sum, name, index) => sum + (domain[name] === undefined ? 0 : 1 << index), 0);
  return {
    fields: numberToHex(bits, { size: 1 }),
    name: domain.name ?? "",
    version: domain.version ?? "",
    chainId: BigInt(domain.chainId ?? 0n),
    verifyingContract: domain.verifyingContract ?? zeroAddress,
    salt: domain.salt ?? zeroHash,
  };
}

function nestedTypeHash(primaryType: string, contentsType: string): Hex {
  const fields = "string name,string version,uint256 chainId,address verifyingContract,bytes32 salt";
  return keccak256(stringToHex(`TypedDataSign(${primaryType} contents,${fields})${contentsType}`));
}

function nestedDomain({ vault, chainId }: TypedDataApprovalParameters): Hex {
  const [name, version] = [keccak256(stringToHex("Synod AgentVault")), keccak256(stringToHex("1"))];
  return encodeAbiParameters(NESTED_DOMAIN, [name, version, chainId, vault, zeroHash]);
}
