import { type Abort, type IgnoredReason, type PartyIndex, type Rng, receive, type Started } from "../../src/index.ts";
import { must } from "./committee.ts";

/** One frame under way. */
export type Delivery = { readonly from: PartyIndex; readonly to: PartyIndex; readonly frame: Uint8Array };

/** What happened in a run. */
export type Report<Output> = {
  readonly outputs: ReadonlyMap<PartyIndex, Output>;
  readonly aborts: ReadonlyMap<PartyIndex, Abort>;
  readonly ignored: readonly { readonly by: PartyIndex; readonly from: PartyIndex; readonly reason: IgnoredReason }[];
  readonly deliveries: readonly Delivery[];
  readonly sessions: ReadonlyMap<PartyIndex, Started<Output>["session"]>;
};

export type PumpOptions = {
  readonly rngOf: (party: PartyIndex) => Rng;
  /** Parties that a test makes cheat: a ban of anybody else is a failure of the library. */
  readonly cheaters?: readonly PartyIndex[];
  /** Chooses which frame in the queue is delivered next; first in, first out by default. */
  readonly pick?: (queued: number) => number;
  /** What reaches the recipient instead of a frame: nothing, the frame, or several. */
  readonly intercept?: (delivery: Delivery) => readonly Delivery[];
};

/** Delivers frames between sessions of one process until none is left. */
export function pump<Output>(starts: ReadonlyMap<PartyIndex, Started<Output>>, options: PumpOptions): Report<Output> {
  const sessions = new Map<PartyIndex, Started<Output>["session"]>();
  const outputs = new Map<PartyIndex, Output>();
  const aborts = new Map<PartyIndex, Abort>();
  const ignored: { by: PartyIndex; from: PartyIndex; reason: IgnoredReason }[] = [];
  const deliveries: Delivery[] = [];
  const queue: Delivery[] = [];

  function settle(party: PartyIndex, started: Started<Output>): void {
    sessions.set(party, started.session);
    for (const effect of started.effects) {
      if (effect.kind === "done") outputs.set(party, effect.output);
      else if (effect.kind === "abort") aborts.set(party, checkedAbort(party, effect.abort));
      else if (effect.kind === "ignored") ignored.push({ by: party, from: effect.from, reason: effect.reason });
      else {
        const to = effect.to === "all" ? [...starts.keys()].filter((other) => other !== party) : [effect.to];
        for (const recipient of to) post({ from: party, to: recipient, frame: effect.frame });
      }
    }
  }

  function post(delivery: Delivery): void {
    deliveries.push(delivery);
    queue.push(...(options.intercept?.(delivery) ?? [delivery]));
  }

  function checkedAbort(party: PartyIndex, abort: Abort): Abort {
    const cheaters = options.cheaters ?? [];
    const wronged = abort.culprits.filter((culprit) => !cheaters.includes(culprit));
    if (!cheaters.includes(party) && wronged.length > 0) {
      throw new TypeError(`party ${party} blames honest ${wronged.join()} for ${abort.code} (${abort.severity})`);
    }
    return abort;
  }

  for (const [party, started] of starts) settle(party, started);
  while (queue.length > 0) {
    const [next] = queue.splice(options.pick?.(queue.length) ?? 0, 1);
    const { from, to, frame } = must(next);
    settle(to, receive(must(sessions.get(to)), from, frame, options.rngOf(to)));
  }
  return { outputs, aborts, ignored, deliveries, sessions };
}

/** Picks in an order that the seed decides. */
export function shuffledBy(rng: Rng): (queued: number) => number {
  return (queued) => {
    const [a = 0, b = 0] = rng(2);
    return (256 * a + b) % queued;
  };
}
