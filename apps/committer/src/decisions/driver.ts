import { type Command, commandKey, isPeriodic, type JournalEvent, nextCommands } from "@synod/core";
import { StorageError } from "@synod/storage";
import { messageOf } from "../failure.ts";
import type { DecisionContext } from "./context.ts";
import { handle } from "./handle.ts";

/**
 * Turns state into work: asks core what to do next, carries it out, journals what came of it, and asks again. Commands
 * of different decisions run side by side; none waits for another's.
 */
export class DecisionDriver {
  readonly #context: DecisionContext;
  readonly #issued = new Set<string>();
  readonly #heldBack = new Set<string>();
  #isClosed = false;

  constructor(context: DecisionContext) {
    this.#context = context;
  }

  /** Keys of commands that need not be given again; part of core's view. */
  get issued(): ReadonlySet<string> {
    return this.#issued;
  }

  /** A block came: what failed or found the world moved on may be tried again. */
  onBlock(): void {
    for (const key of this.#heldBack) this.#issued.delete(key);
    this.#heldBack.clear();
    this.#forgetFinished();
  }

  /** Keys of decisions without any work left would otherwise pile up for ever. */
  #forgetFinished(): void {
    const { open, transactions } = this.#context.state();
    const busy = new Set<string>([...open.keys(), ...[...transactions.values()].map(({ decisionId }) => decisionId)]);
    for (const key of this.#issued) {
      const decisionId = key.split("/")[1];
      if (decisionId !== undefined && !busy.has(decisionId)) this.#issued.delete(key);
    }
  }

  /** Starts everything that is to be done now. */
  drive(): void {
    if (this.#isClosed) return;
    for (const command of nextCommands(this.#context.state(), this.#context.view())) this.#start(command);
  }

  /** Starts nothing any more. What still runs has no effect: the stores it would write to are closed after this. */
  close(): void {
    this.#isClosed = true;
  }

  /** A rejection is left unhandled on purpose: it ends the process. */
  #start(command: Command): void {
    this.#issued.add(commandKey(command));
    void this.carryOut(command);
  }

  /**
   * Carries out one command and journals what came of it. What fails is tried again at the next block.
   * Errors: the stores' alone; nothing can go on without them.
   */
  async carryOut(command: Command): Promise<void> {
    const key = commandKey(command);
    let hasRecorded = false;
    const record = (events: readonly JournalEvent[]) => {
      hasRecorded = true;
      this.#context.record(events);
    };
    try {
      const events = await handle({ ...this.#context, record }, command);
      if (events.length > 0) record(events);
      this.#settle(command, hasRecorded);
    } catch (cause) {
      if (this.#isClosed) return;
      if (cause instanceof StorageError) throw cause;
      this.#heldBack.add(key);
      const { decisionId, kind } = command;
      this.#context.log.warn("command failed, it is tried again", { decisionId, kind, reason: messageOf(cause) });
    }
  }

  /** What left a trace in the journal is not given again by core; what left none waits for the next block. */
  #settle(command: Command, hasRecorded: boolean): void {
    if (isPeriodic(command)) return;
    if (hasRecorded) this.#issued.delete(commandKey(command));
    else this.#heldBack.add(commandKey(command));
  }
}
