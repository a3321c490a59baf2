import {
  type AgentId,
  type AgentView,
  type BlockTime,
  type CommitteeView,
  type CommitterSettings,
  type CommitterState,
  type CommitterView,
  type DecisionId,
  type MemberView,
  type PeerId,
  toDecisionId,
} from "@synod/core";
import type { ChainMoment } from "./chain/follower.ts";
import type { ChainReader } from "./chain/reader.ts";
import type { EpochBook } from "./committee/epoch-book.ts";
import type { Settings } from "./settings.ts";

/** After how many failed transactions of one purpose a decision is parked. */
const MAX_FAILURES = 5;

/** Blocks after which an unmined transaction is offered again, in units of the submit stagger. */
const STUCK_STAGGERS = 3n;

/** Core's settings out of the daemon's. */
export function committerSettings(settings: Settings): CommitterSettings {
  const submitStaggerBlocks = BigInt(settings.submitStaggerBlocks);
  return {
    attemptBlocks: BigInt(settings.attemptBlocks),
    submitStaggerBlocks,
    stuckBlocks: submitStaggerBlocks * STUCK_STAGGERS,
    maxFailures: MAX_FAILURES,
  };
}

/** Where the parts of a view come from that change on their own. */
export type WorldSources = {
  readonly book: EpochBook;
  readonly connected: () => ReadonlySet<PeerId>;
  readonly minedNonce: () => number;
  readonly issued: () => ReadonlySet<string>;
  /** Whether nothing may be signed now, because the chain is out of sight or in dispute. */
  readonly isPaused: () => boolean;
  /** Whether so many members of an epoch see another chain that nothing may be signed for it. */
  readonly isContested: (members: readonly MemberView[]) => boolean;
  readonly settings: CommitterSettings;
};

function idsOf(moment: ChainMoment, names: readonly string[]): ReadonlySet<DecisionId> {
  const events = moment.unfinalised.filter(({ eventName }) => names.includes(eventName));
  return new Set(events.flatMap(({ args }) => ("decisionId" in args ? [toDecisionId(args.decisionId)] : [])));
}

function blockTime({ number, time }: BlockTime): BlockTime {
  return { number, time };
}

/** What the committer sees besides its journal, put together from the last moment of the chain. */
export class World {
  readonly #sources: WorldSources;
  #agents: ReadonlyMap<AgentId, AgentView> = new Map();
  #moment: ChainMoment | undefined;

  constructor(sources: WorldSources) {
    this.#sources = sources;
  }

  /** The last moment of the chain; `undefined` before the first. */
  get moment(): ChainMoment | undefined {
    return this.#moment;
  }

  /** Takes a new moment: reads the agents of all open decisions at its finalised block. */
  async advance(moment: ChainMoment, state: CommitterState, reader: ChainReader): Promise<void> {
    const ids = new Set([...state.open.values()].map(({ decision }) => decision.agentId));
    const agents = await Promise.all(
      [...ids].map(async (agentId): Promise<[AgentId, AgentView]> => {
        const { sequence } = await reader.agentFacts(agentId, moment.finalised.number);
        return [agentId, { agentId, sequence, landedAt: new Map() }];
      }),
    );
    this.#agents = new Map(agents);
    this.#moment = moment;
  }

  #committees(): ReadonlyMap<string, CommitteeView> {
    const { book, isContested } = this.#sources;
    const paused = (view: CommitteeView) => (isContested(view.members) ? { ...view, isPaused: true as const } : view);
    return new Map([...book.views()].map(([key, view]) => [key, paused(view)]));
  }

  /** Core's view of now. @param moment the last moment of the chain */
  view(moment: ChainMoment): CommitterView {
    const { connected, minedNonce, issued, isPaused, settings } = this.#sources;
    return {
      finalised: blockTime(moment.finalised),
      head: blockTime(moment.head),
      finality: isPaused() ? "stalled" : moment.finality,
      committees: this.#committees(),
      agents: this.#agents,
      connected: connected(),
      headResolved: idsOf(moment, ["DecisionApproved", "DecisionRejected"]),
      headExecuted: idsOf(moment, ["DecisionExecuted"]),
      minedNonce: minedNonce(),
      issued: issued(),
      settings,
    };
  }
}
