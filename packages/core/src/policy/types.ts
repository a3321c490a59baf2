import type { Address, Hex } from "viem";

/** Allows calls to one target with one selector. Selector `0x00000000` allows a call with empty data. */
export interface CallRule {
  readonly target: Address;
  /** 4 bytes. */
  readonly selector: Hex;
}

/** Caps on what may leave the vault in one asset; an asset without a rule may not leave at all. */
export interface AssetRule {
  /** Token, or the zero address for the native coin. */
  readonly asset: Address;
  /** Gross cap of one execution, in the asset's smallest unit. */
  readonly maxPerTransaction: bigint;
  /** Gross cap within the rolling window, in the asset's smallest unit. */
  readonly maxPerWindow: bigint;
  readonly windowSeconds: bigint;
}

/** A vault's policy. What it does not name is denied. */
export interface Policy {
  readonly calls: readonly CallRule[];
  readonly assets: readonly AssetRule[];
}

/** A vault's policy and what it has spent, all read at one finalised block. */
export interface PolicySnapshot {
  readonly vault: Address;
  readonly policy: Policy;
  /** Hash the vault reports; a verdict is for this policy alone. */
  readonly policyHash: Hex;
  /** Spent within the running window, per asset; an asset that is absent has spent nothing. Keys are lower case. */
  readonly spentInWindow: ReadonlyMap<Address, bigint>;
  readonly asOfBlock: bigint;
}

/** What one execution would take from the vault in one asset, gross. */
export interface Charge {
  readonly asset: Address;
  readonly amount: bigint;
}

/** One reason why the vault would refuse. `call` is the position in the batch, from 0. */
export type PolicyViolation =
  | { readonly code: "POLICY_CHANGED"; readonly expected: Hex; readonly actual: Hex }
  | { readonly code: "POLICY_HASH_MISMATCH"; readonly reported: Hex; readonly computed: Hex }
  | { readonly code: "FOREIGN_VAULT"; readonly vault: Address; readonly snapshotOf: Address }
  | { readonly code: "SELF_CALL"; readonly call: number; readonly target: Address }
  | { readonly code: "SELECTOR_MALFORMED"; readonly call: number; readonly target: Address; readonly data: Hex }
  | { readonly code: "CALL_NOT_ALLOWED"; readonly call: number; readonly target: Address; readonly selector: Hex }
  | { readonly code: "SELECTOR_DENIED"; readonly call: number; readonly target: Address; readonly selector: Hex }
  | { readonly code: "CALLDATA_MALFORMED"; readonly call: number; readonly target: Address; readonly selector: Hex }
  | { readonly code: "ASSET_NOT_ALLOWED"; readonly asset: Address; readonly amount: bigint }
  | {
      readonly code: "OVER_TRANSACTION_CAP";
      readonly asset: Address;
      readonly amount: bigint;
      readonly cap: bigint;
    }
  | {
      readonly code: "OVER_WINDOW_CAP";
      readonly asset: Address;
      readonly amount: bigint;
      readonly spent: bigint;
      /** Held back for other decisions that were authorised and may still run. */
      readonly reserved: bigint;
      readonly cap: bigint;
      readonly windowSeconds: bigint;
    };

/** What the policy says to one action: allowed, or all reasons why not. */
export type PolicyVerdict =
  | {
      readonly kind: "allow";
      readonly charges: readonly Charge[];
      readonly policyHash: Hex;
      readonly asOfBlock: bigint;
    }
  | {
      readonly kind: "deny";
      readonly violations: readonly PolicyViolation[];
      readonly charges: readonly Charge[];
      readonly policyHash: Hex;
      readonly asOfBlock: bigint;
    };
