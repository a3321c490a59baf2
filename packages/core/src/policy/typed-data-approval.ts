import type { Hex } from "viem";
import { decodeAbiParameters, keccak256, parseAbiParameters, slice, stringToHex, toFunctionSelector } from "viem/utils";
import type { Call } from "../decision/types.ts";
import type { CallRule } from "./types.ts";

/** Selector of the vault's `approveTypedData`. */
export const APPROVE_TYPED_DATA = toFunctionSelector(
  "approveTypedData((bytes1,string,string,uint256,address,bytes32),string,bytes,uint64)",
);

const PARAMETERS = parseAbiParameters([
  "AppDomain domain, string contentsType, bytes contents, uint64 expiry",
  "struct AppDomain { bytes1 fields; string name; string version; uint256 chainId; address verifyingContract; bytes32 salt; }",
]);

/**
 * The rule that a vault asks for before it approves typed data: the application's contract, and the first four bytes of
 * the type's hash as the selector. Undefined when the calldata is no approval that can be read.
 */
export function typedDataRule({ data }: Pick<Call, "data">): Pick<CallRule, "target" | "selector"> | undefined {
  try {
    const [domain, contentsType] = decodeAbiParameters(PARAMETERS, slice(data, 4));
    return { target: domain.verifyingContract, selector: typedDataSelector(contentsType) };
  } catch {
    return undefined;
  }
}

/** What stands in a call rule for an EIP-712 type, given as its `encodeType`. */
export function typedDataSelector(contentsType: string): Hex {
  return slice(keccak256(stringToHex(contentsType)), 0, 4);
}
