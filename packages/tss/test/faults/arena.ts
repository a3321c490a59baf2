import { decodeFrame } from "../../src/envelope/frame.ts";
import {
  type Abort,
  expire,
  type IgnoredReason,
  type PartyIndex,
  type Rng,
  receive,
  type Session,
  type Started,
} from "../../src/index.ts";
import { must } from "../harness/committee.ts";

/** One frame under way, with the state of its sender right after it was made. */
export type Parcel<Output> = {
  readonly from: PartyIndex;
  readonly to: PartyIndex;
  readonly round: number;
  readonly frame: Uint8Array;
  readonly sender: Session<Output>;
};

/**
 * When a frame is delivered: at once, when nothing else is under way, after the sender's frame of the next round, or
 * after the recipient's deadline.
 */
export type Delivery = { readonly frame: Uint8Array; readonly when: "now" | "idle" | "afterNext" | "tooLate" };

/** What reaches an honest recipient of a bad party's frame. */
export type Route<Output> = (parcel: Parcel<Output>) => readonly Delivery[];

/** How a session of an honest party ended. */
export type Ending<Output> =
  | { readonly kind: "done"; readonly output: Output }
  | { readonly kind: "abort"; readonly abort: Abort };

export type ArenaReport<Output> = {
  readonly endings: ReadonlyMap<PartyIndex, Ending<Output>>;
  readonly sessions: ReadonlyMap<PartyIndex, Session<Output>>;
  readonly ignored: readonly IgnoredReason[];
  /** Every frame that an honest party sent. */
  readonly honestFrames: readonly Uint8Array[];
};

export type ArenaOptions<Output> = {
  readonly bad: readonly PartyIndex[];
  readonly rngOf: (party: PartyIndex) => Rng;
  readonly route: Route<Output>;
  readonly pick: (queued: number) => number;
};

type Held<Output> = { readonly parcel: Parcel<Output>; readonly when: Delivery["when"] };

/** Runs sessions of honest and bad parties to their end: until no frame is under way and the deadline has passed. */
export function runArena<Output>(
  starts: ReadonlyMap<PartyIndex, Started<Output>>,
  options: ArenaOptions<Output>,
): ArenaReport<Output> {
  const sessions = new Map<PartyIndex, Session<Output>>();
  const endings = new Map<PartyIndex, Ending<Output>>();
  const ignored: IgnoredReason[] = [];
  const honestFrames: Uint8Array[] = [];
  const queue: Parcel<Output>[] = [];
  let held: Held<Output>[] = [];
  const isBad = (party: PartyIndex): boolean => options.bad.includes(party);

  function settle(party: PartyIndex, { session, effects }: Started<Output>): void {
    sessions.set(party, session);
    for (const effect of effects) {
      if (effect.kind === "done") end(party, { kind: "done", output: effect.output });
      else if (effect.kind === "abort") end(party, { kind: "abort", abort: effect.abort });
      else if (effect.kind === "ignored") {
        if (!isBad(party)) ignored.push(effect.reason);
      } else send(party, effect.to, effect.frame, session);
    }
  }

  function end(party: PartyIndex, ending: Ending<Output>): void {
    if (endings.has(party)) throw new TypeError(`party ${party} ended twice`);
    endings.set(party, ending);
  }

  function send(from: PartyIndex, to: PartyIndex | "all", frame: Uint8Array, sender: Session<Output>): void {
    if (!isBad(from)) honestFrames.push(frame);
    const { round } = must(decodeFrame(frame), "frame").signed.envelope;
    for (const recipient of to === "all" ? [...starts.keys()].filter((party) => party !== from) : [to]) {
      const parcel = { from, to: recipient, round, frame, sender };
      if (!isBad(from) || isBad(recipient)) queue.push(parcel);
      else for (const { frame: bytes, when } of options.route(parcel)) post({ ...parcel, frame: bytes }, when);
    }
  }

  function post(parcel: Parcel<Output>, when: Delivery["when"]): void {
    if (when === "now") queue.push(parcel);
    else held.push({ parcel, when });
  }

  function deliver(parcel: Parcel<Output>): void {
    const session = must(sessions.get(parcel.to));
    settle(parcel.to, receive(session, parcel.from, parcel.frame, options.rngOf(parcel.to)));
    release(({ parcel: waiting, when }) => when === "afterNext" && isSuccessor(waiting, parcel));
  }

  function release(isDue: (held: Held<Output>) => boolean): void {
    const due = held.filter(isDue);
    held = held.filter((item) => !isDue(item));
    queue.push(...due.map(({ parcel }) => parcel));
  }

  function drain(): void {
    while (queue.length > 0) {
      const [next] = queue.splice(options.pick(queue.length), 1);
      deliver(must(next));
      if (queue.length === 0) release(({ when }) => when === "idle" || when === "afterNext");
    }
  }

  for (const [party, started] of starts) settle(party, started);
  if (queue.length === 0) release(({ when }) => when === "idle" || when === "afterNext");
  drain();
  for (const [party, session] of sessions) settle(party, expire(session));
  release(() => true);
  drain();
  return { endings, sessions, ignored, honestFrames };
}

function isSuccessor(waiting: Parcel<unknown>, delivered: Parcel<unknown>): boolean {
  return waiting.from === delivered.from && waiting.to === delivered.to && delivered.round === waiting.round + 1;
}
