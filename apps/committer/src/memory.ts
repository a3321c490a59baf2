import { type CommitterState, EMPTY_STATE, type Journal, type JournalEvent, reduce, replay } from "@synod/core";
import { HeadBook } from "./audit/head-book.ts";
import { EpochBook } from "./committee/epoch-book.ts";
import { DecisionReports } from "./decisions/reports.ts";
import { isDaemonEvent } from "./journal/codec.ts";
import type { BlocksProcessed, CommitterEvent } from "./journal/events.ts";

/** Everything a committer remembers: the folds of its journal. Only `record` changes it. */
export class Memory {
  readonly book = new EpochBook();
  readonly reports = new DecisionReports();
  readonly heads = new HeadBook();
  readonly #journal: Journal<CommitterEvent>;
  readonly #followers: ((events: readonly CommitterEvent[]) => void)[] = [];
  #state: CommitterState = EMPTY_STATE;
  #processed: BlocksProcessed["block"] | undefined;
  #failure: { readonly cause: unknown } | undefined;

  private constructor(journal: Journal<CommitterEvent>) {
    this.#journal = journal;
  }

  /**
   * What the journal folds to.
   * Errors: the journal's, when a row is damaged or not understood.
   */
  static replay(journal: Journal<CommitterEvent>): Memory {
    const memory = new Memory(journal);
    memory.#state = replay(memory.#foldAll(journal.read()));
    return memory;
  }

  /** The decisions' state. */
  get state(): CommitterState {
    return this.#state;
  }

  /** The newest finalised block of which all events are known. */
  get processed(): BlocksProcessed["block"] | undefined {
    return this.#processed;
  }

  /** Calls `follower` with every event that is durable from now on. */
  onDurable(follower: (events: readonly CommitterEvent[]) => void): void {
    this.#followers.push(follower);
  }

  /**
   * Makes events durable, then known.
   * Errors: the journal's. After the first one every call throws it again: what failed may be on disk all the same, and
   * nothing may be built on a journal of which it is not known what it holds. The process ends for the same reason, but
   * what runs beside the failure may get here before.
   * Side effects: one synced write of all events, then the folds, then the followers.
   */
  record(events: readonly CommitterEvent[]): void {
    if (this.#failure !== undefined) throw this.#failure.cause;
    try {
      this.#journal.append(events);
    } catch (cause) {
      this.#failure = { cause };
      throw cause;
    }
    for (const event of events) this.#fold(event);
    for (const follower of this.#followers) follower(events);
  }

  /** Folds everything but the decisions' state, whose events it passes on. */
  *#foldAll(events: Iterable<CommitterEvent>): Iterable<JournalEvent> {
    for (const event of events) {
      this.#foldAround(event);
      if (!isDaemonEvent(event)) yield event;
    }
  }

  #fold(event: CommitterEvent): void {
    this.#foldAround(event);
    if (!isDaemonEvent(event)) this.#state = reduce(this.#state, event);
  }

  #foldAround(event: CommitterEvent): void {
    if (!isDaemonEvent(event)) this.reports.apply(event);
    else if (event.kind === "ResultAttested") this.reports.setAttesters(event.decisionId, event.attesters);
    else if (event.kind === "BlocksProcessed") this.#processed = event.block;
    else if (event.kind === "AuditHeadKept") this.heads.apply(event);
    else this.book.apply(event);
  }
}
