import type { Hex } from "viem";
import { encodeAbiParameters, parseAbiParameters } from "viem/utils";
import type { Policy } from "../policy/types.ts";
import type { Action } from "./types.ts";

const ACTION_STRUCTS = [
  "struct Action { uint256 chainId; address vault; Call[] calls; Bound[] bounds; uint256 gasFloor; bool noNewAllowances; AllowanceBound[] allowances; CodePin[] codePins; }",
  "struct Call { address target; uint256 value; bytes data; }",
  "struct Bound { address asset; uint256 maxOut; uint256 minIn; }",
  "struct AllowanceBound { address token; address spender; }",
  "struct CodePin { address account; bytes32 codeHash; }",
] as const;

const ACTION = parseAbiParameters(["Action action", ...ACTION_STRUCTS]);

/** Parameters of `DecisionSubmitted` that are not indexed, in order. */
export const SUBMISSION_DATA = parseAbiParameters([
  "Action action, uint64 deadline, Binding binding, bytes32 salt, bytes32 committeeId, uint64 epoch, bytes32 policyHash, uint16 quorum, uint64 vetoWindow",
  "struct Binding { uint64 expectedSequence; bytes32 expectedStateRoot; bytes32 predecessor; }",
  ...ACTION_STRUCTS,
]);

const MEMBERS = parseAbiParameters(["Member[] members", "struct Member { bytes32 x; bytes32 y; string endpoint; }"]);

const POLICY = parseAbiParameters([
  "Policy policy",
  "struct Policy { uint64 changeDelay; uint32 activeFrom; uint32 activeUntil; uint32 maxExecutions; uint64 executionsSeconds; CallRule[] calls; Condition[] conditions; address[] recipients; bytes32[] initCodes; AssetRule[] assets; Tier[] tiers; }",
  "struct CallRule { address target; bytes4 selector; uint32 conditions; uint32 recipients; uint32 initCodes; uint16 initCodeArgument; }",
  "struct Condition { uint32 offset; uint8 comparison; uint256 operand; }",
  "struct AssetRule { address asset; uint256 maxPerTransaction; uint256 maxPerWindow; uint64 windowSeconds; bool isUnlimited; }",
  "struct Tier { address asset; uint256 above; uint16 minAttestations; uint64 minVetoWindow; }",
]);

/** One member of an epoch as the committee registry takes it. */
export interface Member {
  /** Affine x coordinate of the identity key, 32 bytes. */
  readonly x: Hex;
  /** Affine y coordinate of the identity key, 32 bytes. */
  readonly y: Hex;
  /** Multiaddr. */
  readonly endpoint: string;
}

/** `abi.encode(action)`. Errors: viem's, for values out of range. */
export function encodeAction(action: Action): Hex {
  return encodeAbiParameters(ACTION, [action]);
}

/** `abi.encode(members)`. Errors: viem's, for values out of range. */
export function encodeMembers(members: readonly Member[]): Hex {
  return encodeAbiParameters(MEMBERS, [members]);
}

/** `abi.encode(policy)`. Errors: viem's, for values out of range. */
export function encodePolicy(policy: Policy): Hex {
  return encodeAbiParameters(POLICY, [policy]);
}
