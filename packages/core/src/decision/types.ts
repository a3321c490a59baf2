import type { Address, Hex } from "viem";
import type { AgentId, CommitteeId, DecisionId, Epoch } from "./ids.ts";

/** One call of an action's batch. */
export interface Call {
  readonly target: Address;
  /** Native coin sent along, in wei. */
  readonly value: bigint;
  readonly data: Hex;
}

/** A limit on the vault's total change of one asset over the whole batch. */
export interface Bound {
  /** Token, or the zero address for the native coin. */
  readonly asset: Address;
  /** The most that may leave, in the asset's smallest unit. */
  readonly maxOut: bigint;
  /** The least that must arrive, in the asset's smallest unit. */
  readonly minIn: bigint;
}

/** What a spender may take of the vault's tokens, which must not be more after the batch than before. */
export interface AllowanceBound {
  readonly token: Address;
  readonly spender: Address;
}

/** Code that an account must have before and after the batch. A proxy's code says nothing of what it delegates to. */
export interface CodePin {
  readonly account: Address;
  /** keccak256 of the code, 32 bytes. */
  readonly codeHash: Hex;
}

/** What a decision would make the vault do: the payload. */
export interface Action {
  readonly chainId: bigint;
  readonly vault: Address;
  readonly calls: readonly Call[];
  readonly bounds: readonly Bound[];
  /** Gas the batch must at least be given, in gas units. */
  readonly gasFloor: bigint;
  /** Whether every allowance that the calls give must be used up or taken back by the end of the batch. */
  readonly noNewAllowances: boolean;
  /** Further allowances that must not grow over the batch. */
  readonly allowances: readonly AllowanceBound[];
  readonly codePins: readonly CodePin[];
}

/** What must be so when a decision is submitted, and when it is approved. */
export interface Binding {
  /** The agent's sequence it was made for, or `ANY_SEQUENCE`. */
  readonly expectedSequence: bigint;
  /** The agent's state root it was made for, or `NO_HASH`. The registry checks it at submission. */
  readonly expectedStateRoot: Hex;
  /** A decision of the same agent that must be executed before this one can be approved, or `NO_HASH`. */
  readonly predecessor: Hex;
}

/** One decision as the registry announced it in `DecisionSubmitted`. */
export interface Decision extends Binding {
  readonly id: DecisionId;
  readonly agentId: AgentId;
  readonly submitter: Address;
  readonly action: Action;
  /** keccak256 of the ABI-encoded action. */
  readonly payloadHash: Hex;
  /** Last second of chain time at which the action may run. */
  readonly deadline: bigint;
  readonly salt: Hex;
  readonly committeeId: CommitteeId;
  /** Epoch that was active when the decision was submitted; only this epoch can decide and sign it. */
  readonly epoch: Epoch;
  /** Hash of the vault's policy when the decision was submitted. */
  readonly policyHash: Hex;
  /** How many members must attest its result: more than the epoch's quorum when the policy asks for more. */
  readonly quorum: number;
  /** Seconds between approval and readiness: longer than the agent's veto window when the policy asks for it. */
  readonly vetoWindow: bigint;
}

/** A decision that is not bound to the agent's sequence: the largest uint64. */
export const ANY_SEQUENCE = (1n << 64n) - 1n;

/** 32 zero bytes: no state root, no predecessor. */
export const NO_HASH: Hex = `0x${"00".repeat(32)}`;

/** The binding of a decision that is bound to nothing. */
export const UNBOUND: Binding = {
  expectedSequence: ANY_SEQUENCE,
  expectedStateRoot: NO_HASH,
  predecessor: NO_HASH,
};

/** The zero address: the native coin as an asset, and "anyone" as a submitter. */
export const ZERO_ADDRESS: Address = "0x0000000000000000000000000000000000000000";
