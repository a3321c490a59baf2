import { agentVaultAbi, committeeRegistryAbi, decisionRegistryAbi } from "@synod/sdk";
import { type Abi, type ContractErrorArgs, encodeErrorResult, type Hex, parseAbi } from "viem";

/** Errors of the signature library that the contracts use. */
export const ecdsaAbi = parseAbi([
  "error ECDSAInvalidSignature()",
  "error ECDSAInvalidSignatureLength(uint256 length)",
  "error ECDSAInvalidSignatureS(bytes32 s)",
]);

/** Every error that the contracts revert with. */
export const contractErrors: Abi = [...committeeRegistryAbi, ...decisionRegistryAbi, ...agentVaultAbi, ...ecdsaAbi];

/** A contract refuses: nothing of the call has happened. */
export class Revert extends Error {
  override readonly name = "Revert";
  /** Encoded error with its arguments, as the node reports it. */
  readonly data: Hex;
  readonly errorName: string;

  constructor(errorName: string, args: readonly unknown[] = []) {
    super(errorName);
    this.errorName = errorName;
    this.data = encodeErrorResult({
      abi: contractErrors,
      errorName,
      args: args as ContractErrorArgs<Abi> & readonly [],
    });
  }
}

/** The model was asked for something that it does not cover: a mistake of the simulation, not of a contract's caller. */
export class NotModelled extends Error {
  override readonly name = "NotModelled";
}
