import type { Address } from "viem";
import type { AgentId, CommitteeId, DecisionId, Epoch, MemberIndex } from "../decision/ids.ts";
import type { PeerId } from "../ports/transport.ts";

/** One member of an epoch. */
export interface MemberView {
  readonly memberIndex: MemberIndex;
  readonly peer: PeerId;
  readonly address: Address;
}

/** One epoch of a committee, as the registry says at the finalised block. */
export interface CommitteeView {
  readonly committeeId: CommitteeId;
  readonly epoch: Epoch;
  /** In order of their index, from 0. */
  readonly members: readonly MemberView[];
  /** How many shares sign. */
  readonly minSigners: number;
  /** How many attestations make a result canonical. */
  readonly quorum: number;
  readonly groupAddress: Address;
  /** Chain time at which the epoch retired; absent: it is active. */
  readonly retiredAt?: bigint;
  /** This committer's own index; absent: it is not a member. */
  readonly self?: MemberIndex;
  /** Members see different chains: nothing is attested, signed or sent for this epoch now. */
  readonly isPaused?: true;
}

/** One agent, as the registry says at the finalised block. */
export interface AgentView {
  readonly agentId: AgentId;
  readonly sequence: bigint;
  /** When the sequence moved past a number, in seconds of chain time. What is missing counts as in time. */
  readonly landedAt: ReadonlyMap<bigint, bigint>;
}

/** A block's number and time. */
export interface BlockTime {
  readonly number: bigint;
  /** Seconds of chain time. */
  readonly time: bigint;
}

/** Numbers that all committers of a committee must share (`attemptBlocks`) or may choose (the others). */
export interface CommitterSettings {
  /** Length of one signing attempt, in finalised blocks. */
  readonly attemptBlocks: bigint;
  /** How long the next in order waits for the one before it, in head blocks. */
  readonly submitStaggerBlocks: bigint;
  /** After how many head blocks an unmined transaction is offered again with a higher fee. */
  readonly stuckBlocks: bigint;
  /** After how many failed tries a decision is parked. */
  readonly maxFailures: number;
}

/**
 * What a committer sees at one moment besides its journal. All of it can be read again after a restart.
 */
export interface CommitterView {
  readonly finalised: BlockTime;
  readonly head: BlockTime;
  /** `stalled`: the finalised tag has not moved for too long; nothing is signed. */
  readonly finality: "advancing" | "stalled";
  /** By `epochKey`. */
  readonly committees: ReadonlyMap<string, CommitteeView>;
  readonly agents: ReadonlyMap<AgentId, AgentView>;
  /** Peers that are connected now. Self need not be in it. */
  readonly connected: ReadonlySet<PeerId>;
  /** Decisions whose result is in a block, final or not. */
  readonly headResolved: ReadonlySet<DecisionId>;
  /** Decisions whose execution is in a block, final or not. */
  readonly headExecuted: ReadonlySet<DecisionId>;
  /** How many transactions of the own account are mined: the chain's next nonce. */
  readonly minedNonce: number;
  /** Keys (`commandKey`) of commands that were taken up in this run and need not be given again. */
  readonly issued: ReadonlySet<string>;
  readonly settings: CommitterSettings;
}

/** Key of one epoch in a view. */
export function epochKey(committeeId: CommitteeId, epoch: Epoch): string {
  return `${committeeId}/${epoch}`;
}
