import {
  type Abort,
  type Effect,
  expire,
  partyIndex,
  type Rng,
  receive,
  type Started,
  sessionHandle,
} from "@synod/tss";
import { type Slot, slotKey } from "./frame.ts";
import { type RunId, runKey, type SessionReport } from "./messages.ts";

/** Something that takes the frames of one slot. */
export type LiveSession = {
  readonly slot: Slot;
  receive(from: number, payload: Uint8Array): void;
  /** Its time is over. */
  expire(): void;
};

/** What becomes of a session. */
export type SessionEnds<Output> = {
  readonly done: (output: Output) => void;
  readonly aborted: (abort: Abort) => void;
};

/** The protocol sessions under way in this thread, with the types of their outputs hidden. */
export class LiveSessions {
  readonly #live = new Map<string, LiveSession>();
  readonly #rng: Rng;
  readonly #report: (report: SessionReport) => void;

  constructor(rng: Rng, report: (report: SessionReport) => void) {
    this.#rng = rng;
    this.#report = report;
  }

  /** Registers what takes the frames of a slot; frames find it by the handle, 32 bytes. */
  add(live: LiveSession, handle: Uint8Array): void {
    this.#live.set(slotKey(live.slot), live);
    this.#report({ kind: "opened", slot: live.slot, handle });
  }

  /** Registers a started protocol session and carries out its first effects. */
  open<Output>(slot: Slot, started: Started<Output>, ends: SessionEnds<Output>): void {
    const handle = sessionHandle(started.session);
    let { session } = started;
    const apply = (next: Started<Output>) => {
      session = next.session;
      for (const effect of next.effects) this.#perform(slot, handle, effect, ends);
    };
    const live = {
      slot,
      receive: (from: number, payload: Uint8Array) => apply(receive(session, partyIndex(from), payload, this.#rng)),
      expire: () => apply(expire(session)),
    };
    this.add(live, handle);
    apply(started);
  }

  /** A frame of an authenticated party; nothing if the slot has no session. */
  deliver(slot: Slot, from: number, payload: Uint8Array): void {
    this.#live.get(slotKey(slot))?.receive(from, payload);
  }

  /** Lets every session of a run know that its time is over. */
  expire(run: RunId): void {
    for (const live of [...this.#live.values()]) if (runKey(live.slot) === runKey(run)) live.expire();
  }

  /** Gives up one session; its frames find nothing from now on. */
  drop(slot: Slot): void {
    this.#live.delete(slotKey(slot));
  }

  /** Gives up all sessions of a run. */
  dropRun(run: RunId): void {
    for (const { slot } of [...this.#live.values()]) if (runKey(slot) === runKey(run)) this.drop(slot);
  }

  /** Gives up everything. */
  clear(): void {
    this.#live.clear();
  }

  #perform<Output>(slot: Slot, handle: Uint8Array, effect: Effect<Output>, ends: SessionEnds<Output>): void {
    switch (effect.kind) {
      case "send":
        this.#report({ kind: "send", slot, to: effect.to, handle, payload: effect.frame });
        break;
      case "ignored":
        this.#report({ kind: "ignored", slot, from: effect.from, reason: effect.reason });
        break;
      case "abort":
        this.drop(slot);
        ends.aborted(effect.abort);
        break;
      case "done":
        this.drop(slot);
        ends.done(effect.output);
    }
  }
}
