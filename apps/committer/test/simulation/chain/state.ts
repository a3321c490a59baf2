import type { Policy } from "@synod/core";
import type { AgentTerms } from "@synod/sdk";
import type { Address, Hex } from "viem";
import type { ListedMember } from "../../../src/journal/events.ts";
import type { WindowRow } from "./windows.ts";

/** Stored facts of one epoch. Times are 0 until the thing happened. */
export type EpochRow = {
  readonly minSigners: number;
  readonly quorum: number;
  readonly membersHash: Hex;
  readonly members: readonly ListedMember[];
  readonly identities: readonly Address[];
  readonly groupKey: { readonly x: Hex; readonly y: Hex };
  readonly groupAddress: Address;
  /** Whether the group key is another than that of the active epoch before. */
  readonly isKeyNew: boolean;
  readonly recordHash: Hex;
  readonly confirmations: bigint;
  readonly proposedAt: bigint;
  readonly activatedAt: bigint;
  readonly retiredAt: bigint;
  readonly abandonedAt: bigint;
};

/** Stored facts of one committee. */
export type CommitteeRow = {
  readonly proposer: Address;
  readonly latestEpoch: bigint;
  readonly activeEpoch: bigint;
  readonly epochs: ReadonlyMap<bigint, EpochRow>;
};

/** Stored facts of one agent. */
export type AgentRow = {
  readonly terms: AgentTerms;
  readonly registrant: Address;
  readonly registeredAt: bigint;
  readonly stateRoot: Hex;
  /** First second after the last pause. */
  readonly pausedUntil: bigint;
  /** Approved decisions with a budget, in the order of their approval; some may be dead by now. */
  readonly reserved: readonly Hex[];
  /** Time of each canonical result; its length is the agent's sequence. */
  readonly landedAt: readonly bigint[];
};

/** The most that a decision may charge for the asset of one of its vault's rules. */
export type BudgetRow = { readonly rule: number; readonly amount: bigint };

/** Stored facts of one decision. Times are 0 until the thing happened. */
export type DecisionRow = {
  readonly agentId: Hex;
  readonly submitter: Address;
  readonly payloadHash: Hex;
  readonly policyHash: Hex;
  readonly epoch: bigint;
  readonly quorum: number;
  readonly vetoWindow: bigint;
  readonly deadline: bigint;
  readonly expectedSequence: bigint;
  /** Zero: none. */
  readonly predecessor: Hex;
  readonly budgets: readonly BudgetRow[];
  readonly submittedAt: bigint;
  readonly reply: boolean;
  readonly resolvedAt: bigint;
  readonly readyAt: bigint;
  readonly executedAt: bigint;
  readonly cancelledAt: bigint;
  readonly vetoedAt: bigint;
  readonly resultHash: Hex;
  readonly attesters: bigint;
};

/** A policy that waits, or waits no more. */
export type ScheduledRow = {
  readonly policy: Policy;
  readonly pointer: Address;
  /** Seconds. */
  readonly effectiveAt: bigint;
};

/** Stored facts of one vault. */
export type VaultRow = {
  readonly agentId: Hex;
  readonly policy: Policy;
  readonly policyHash: Hex;
  /** Account that holds the policy. */
  readonly pointer: Address;
  readonly scheduled: ScheduledRow | undefined;
  /** What was charged, by asset in lower case. */
  readonly charged: ReadonlyMap<string, WindowRow>;
  /** When it executed, while there was a limit to it. */
  readonly executions: WindowRow | undefined;
  /** The vault's nonce: the contracts that it made, and one. */
  readonly nonce: bigint;
};

/** An account: native coin and transactions sent. */
export type AccountRow = { readonly balance: bigint; readonly nonce: number };

/** An event as a contract emits it. */
export type EmittedLog = { readonly address: Address; readonly topics: readonly Hex[]; readonly data: Hex };

const NO_ACCOUNT: AccountRow = { balance: 0n, nonce: 0 };

type Tables = {
  readonly committees: Map<Hex, CommitteeRow>;
  readonly agents: Map<Hex, AgentRow>;
  readonly decisions: Map<Hex, DecisionRow>;
  readonly vaults: Map<string, VaultRow>;
  readonly rejectedAt: Map<string, bigint>;
  readonly firstVetoedAt: Map<string, bigint>;
  readonly accounts: Map<string, AccountRow>;
};

function copied(tables: Tables): Tables {
  const { committees, agents, decisions, vaults, rejectedAt, firstVetoedAt, accounts } = tables;
  return {
    committees: new Map(committees),
    agents: new Map(agents),
    decisions: new Map(decisions),
    vaults: new Map(vaults),
    rejectedAt: new Map(rejectedAt),
    firstVetoedAt: new Map(firstVetoedAt),
    accounts: new Map(accounts),
  };
}

function empty(): Tables {
  const none = new Map();
  return copied({
    ...{ committees: none, agents: none, decisions: none, vaults: none },
    ...{ rejectedAt: none, firstVetoedAt: none, accounts: none },
  });
}

/** Everything the chain stores after a block. Rows never change; a new row replaces an old one. */
export class ChainState {
  #tables: Tables;

  constructor(tables: Tables = empty()) {
    this.#tables = tables;
  }

  /** A copy that can be changed on its own. */
  fork(): ChainState {
    return new ChainState(copied(this.#tables));
  }

  /** Takes over everything from a fork, which must not be used any more. */
  become(fork: ChainState): void {
    this.#tables = fork.#tables;
  }

  get committees(): Map<Hex, CommitteeRow> {
    return this.#tables.committees;
  }

  get agents(): Map<Hex, AgentRow> {
    return this.#tables.agents;
  }

  get decisions(): Map<Hex, DecisionRow> {
    return this.#tables.decisions;
  }

  /** Time of a submitter's last rejection, by agent, submitter and payload. */
  get rejectedAt(): Map<string, bigint> {
    return this.#tables.rejectedAt;
  }

  /** Time of a guardian's first veto, by agent and payload. */
  get firstVetoedAt(): Map<string, bigint> {
    return this.#tables.firstVetoedAt;
  }

  account(address: Address): AccountRow {
    return this.#tables.accounts.get(address.toLowerCase()) ?? NO_ACCOUNT;
  }

  setAccount(address: Address, row: AccountRow): void {
    this.#tables.accounts.set(address.toLowerCase(), row);
  }

  vault(address: Address): VaultRow | undefined {
    return this.#tables.vaults.get(address.toLowerCase());
  }

  setVault(address: Address, row: VaultRow): void {
    this.#tables.vaults.set(address.toLowerCase(), row);
  }

  /** Moves native coin; `false` when the sender has too little of it. */
  move(from: Address, to: Address, wei: bigint): boolean {
    const sender = this.account(from);
    if (sender.balance < wei) return false;
    this.setAccount(from, { ...sender, balance: sender.balance - wei });
    const receiver = this.account(to);
    this.setAccount(to, { ...receiver, balance: receiver.balance + wei });
    return true;
  }
}
