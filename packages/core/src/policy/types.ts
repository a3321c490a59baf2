import type { Address, Hex } from "viem";

/**
 * Consecutive entries of a list of the policy: the first one's position times 2¹⁶, plus how many they are.
 * `rangeOf` makes one, `entriesOf` reads one.
 */
export type Range = number;

/** How a word of the calldata must stand to an operand, both as unsigned numbers; in the order of the contracts. */
export const COMPARISONS = [
  "equal",
  "notEqual",
  "less",
  "lessOrEqual",
  "greater",
  "greaterOrEqual",
  /** No bit is set but those of the operand. */
  "withinMask",
] as const;

/** The name of a comparison. */
export type Comparison = (typeof COMPARISONS)[number];

/** What must be true of the arguments of a call. */
export interface Condition {
  /** Where the word begins, in bytes after the selector. Calldata that ends before the word's end fails. */
  readonly offset: number;
  /** Position in `COMPARISONS`. */
  readonly comparison: number;
  readonly operand: bigint;
}

/** Allows calls to one target with one selector. Selector `0x00000000` allows a call with empty data. */
export interface CallRule {
  readonly target: Address;
  /** 4 bytes. */
  readonly selector: Hex;
  /** All of these must be true of the arguments. */
  readonly conditions: Range;
  /** Who may be given something by the call; none: anybody. */
  readonly recipients: Range;
  /** With any, the target is a deployer, which may be called with one of these init codes only. */
  readonly initCodes: Range;
  /** Which argument holds the init code, from 0; of the type `bytes`. */
  readonly initCodeArgument: number;
}

/** Caps on what may leave the vault in one asset; an asset without a rule may not leave at all. */
export interface AssetRule {
  /** Token, or the zero address for the native coin; also a collection whose operators the vault may name. */
  readonly asset: Address;
  /** Gross cap of one execution, in the asset's smallest unit. */
  readonly maxPerTransaction: bigint;
  /** Gross cap within the rolling window, in the asset's smallest unit. */
  readonly maxPerWindow: bigint;
  readonly windowSeconds: bigint;
  /** Whether all of it may be spent at once; the other numbers are 0 then. */
  readonly isUnlimited: boolean;
}

/** What a decision needs whose action may spend more than `above` of one asset. */
export interface Tier {
  readonly asset: Address;
  /** In the asset's smallest unit. */
  readonly above: bigint;
  /** At most 64. */
  readonly minAttestations: number;
  /** Seconds between approval and readiness, at most 14 days. */
  readonly minVetoWindow: bigint;
}

/** A vault's policy as its contract takes it. What it does not name is denied. `composePolicy` makes one from rules. */
export interface Policy {
  /** Seconds between a decision that changes the policy and the change: 1 to 30 days; 0: it never changes. */
  readonly changeDelay: bigint;
  /** Second of the day (UTC) from which executions are allowed. */
  readonly activeFrom: number;
  /** Second of the day before which they are; the same as `activeFrom`: at any time. */
  readonly activeUntil: number;
  /** The most executions in any `executionsSeconds`; 0: any number. */
  readonly maxExecutions: number;
  readonly executionsSeconds: bigint;
  readonly calls: readonly CallRule[];
  readonly conditions: readonly Condition[];
  readonly recipients: readonly Address[];
  /** keccak256 of init codes. */
  readonly initCodes: readonly Hex[];
  readonly assets: readonly AssetRule[];
  readonly tiers: readonly Tier[];
}

/** A vault's policy and what it has spent, all read at one finalised block. */
export interface PolicySnapshot {
  readonly vault: Address;
  readonly policy: Policy;
  /** Hash the vault reports; a verdict is for this policy alone. */
  readonly policyHash: Hex;
  /** Spent within the running window, per asset; an asset that is absent has spent nothing. Keys are lower case. */
  readonly spentInWindow: ReadonlyMap<Address, bigint>;
  /** Executions in the running span of the rate limit; 0 when the policy has none. */
  readonly executionsInSpan: bigint;
  readonly asOfBlock: bigint;
  /** Time of that block, in seconds. */
  readonly time: bigint;
}

/** What one execution would take from the vault in one asset, gross. */
export interface Charge {
  readonly asset: Address;
  readonly amount: bigint;
}

/** One rule that an action breaks, as the vault's own `violationsOf` tells it. `call` is the position in the batch, from 0. */
export type RuleViolation =
  | { readonly code: "OUTSIDE_HOURS"; readonly second: number; readonly from: number; readonly until: number }
  | { readonly code: "CALLDATA_MALFORMED"; readonly call: number; readonly target: Address; readonly bytes: number }
  | { readonly code: "CALL_NOT_ALLOWED"; readonly call: number; readonly target: Address; readonly selector: Hex }
  | {
      readonly code: "RECIPIENT_NOT_ALLOWED";
      readonly call: number;
      /** Position of the call rule. */
      readonly rule: number;
      readonly recipient: Address;
    }
  | {
      readonly code: "CONDITION_FAILED";
      readonly call: number;
      /** Position of the condition. */
      readonly condition: number;
      readonly target: Address;
      /** What stands there; 0 when the calldata ends before. */
      readonly word: bigint;
      readonly operand: bigint;
    }
  | {
      readonly code: "INIT_CODE_NOT_ALLOWED";
      readonly call: number;
      /** Position of the call rule. */
      readonly rule: number;
      readonly deployer: Address;
      /** Zero when there is no init code. */
      readonly initCodeHash: Hex;
    }
  | { readonly code: "ASSET_NOT_ALLOWED"; readonly call: number; readonly asset: Address; readonly amount: bigint }
  | {
      readonly code: "OPERATOR_NOT_ALLOWED";
      readonly call: number;
      /** Position of the asset rule; absent: none. */
      readonly rule?: number;
      readonly asset: Address;
    }
  | {
      readonly code: "OVER_TRANSACTION_CAP";
      /** Position of the asset rule. */
      readonly rule: number;
      readonly asset: Address;
      readonly amount: bigint;
      readonly cap: bigint;
    }
  | {
      readonly code: "OVER_WINDOW_CAP";
      /** Position of the asset rule. */
      readonly rule: number;
      readonly asset: Address;
      readonly amount: bigint;
      readonly spent: bigint;
      /** Held back for other decisions that were authorised and may still run. */
      readonly reserved: bigint;
      readonly cap: bigint;
      readonly windowSeconds: bigint;
    }
  | { readonly code: "OVER_RATE"; readonly executions: bigint; readonly most: number; readonly spanSeconds: bigint };

/** One reason why the vault would refuse, or why this is not the policy to ask. */
export type PolicyViolation =
  | { readonly code: "POLICY_CHANGED"; readonly expected: Hex; readonly actual: Hex }
  | { readonly code: "POLICY_HASH_MISMATCH"; readonly reported: Hex; readonly computed: Hex }
  | { readonly code: "FOREIGN_VAULT"; readonly vault: Address; readonly snapshotOf: Address }
  | RuleViolation;

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
