import { type ContractErrorName, decodeErrorResult, type Hex, size, slice } from "viem";
import { agentVaultAbi } from "../generated/agent-vault-abi.ts";
import { committeeRegistryAbi } from "../generated/committee-registry-abi.ts";
import { decisionRegistryAbi } from "../generated/decision-registry-abi.ts";
import { governorAbi } from "../governance/governor-abi.ts";

/** Names of all custom errors that the contracts declare, and of those of a governor that its voters meet. */
export type SynodRevertName =
  | ContractErrorName<typeof committeeRegistryAbi>
  | ContractErrorName<typeof decisionRegistryAbi>
  | ContractErrorName<typeof agentVaultAbi>
  | ContractErrorName<typeof governorAbi>;

/** Why a contract reverted. `unknown`: another contract's error, a plain reason or a panic, or no data at all. */
export type SynodRevert =
  | { readonly kind: "named"; readonly name: SynodRevertName; readonly args: readonly unknown[]; readonly data: Hex }
  | { readonly kind: "unknown"; readonly reason: string; readonly data: Hex };

const errorsAbi = [...committeeRegistryAbi, ...decisionRegistryAbi, ...agentVaultAbi, ...governorAbi].filter(
  (item) => item.type === "error",
);

/** Decodes the return data of a reverted call against all errors of the Synod contracts. */
export function decodeSynodRevert(data: Hex): SynodRevert {
  if (size(data) < 4) return { kind: "unknown", reason: "no reason given", data };
  try {
    const { errorName, args } = decodeErrorResult({ abi: errorsAbi, data });
    return isStandardError(errorName)
      ? { kind: "unknown", reason: `${errorName}(${(args ?? []).map(showArgument).join(", ")})`, data }
      : { kind: "named", name: errorName as SynodRevertName, args: (args ?? []) as readonly unknown[], data };
  } catch {
    return { kind: "unknown", reason: `unknown error ${slice(data, 0, 4)}`, data };
  }
}

/** A revert as it is shown to a person: name and arguments. */
export function showRevert(revert: SynodRevert): string {
  return revert.kind === "named" ? `${revert.name}(${revert.args.map(showArgument).join(", ")})` : revert.reason;
}

function isStandardError(name: string): boolean {
  return name === "Error" || name === "Panic";
}

function showArgument(value: unknown): string {
  return String(value);
}
