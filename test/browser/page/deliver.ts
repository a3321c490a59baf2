import { type PartyIndex, type Rng, receive, type Started } from "@synod/tss";

/** What one protocol run gave. */
export type Delivered<Output> = {
  readonly outputs: ReadonlyMap<PartyIndex, Output>;
  readonly bytes: number;
  readonly ms: number;
};

/** Passes frames between the sessions of one page until none is left. Throws a TypeError if a session aborts. */
export function deliver<Output>(starts: ReadonlyMap<PartyIndex, () => Started<Output>>, rng: Rng): Delivered<Output> {
  const begin = performance.now();
  const sessions = new Map<PartyIndex, Started<Output>["session"]>();
  const outputs = new Map<PartyIndex, Output>();
  const queue: { from: PartyIndex; to: PartyIndex; frame: Uint8Array }[] = [];
  let bytes = 0;
  const settle = (party: PartyIndex, { session, effects }: Started<Output>): void => {
    sessions.set(party, session);
    for (const effect of effects) {
      if (effect.kind === "done") outputs.set(party, effect.output);
      else if (effect.kind !== "send") throw new TypeError(`party ${party}: ${effect.kind}`);
      else {
        const to = effect.to === "all" ? [...starts.keys()].filter((other) => other !== party) : [effect.to];
        for (const recipient of to) queue.push({ from: party, to: recipient, frame: effect.frame });
        bytes += to.length * effect.frame.length;
      }
    }
  };
  for (const [party, start] of starts) settle(party, start());
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const session = sessions.get(next.to);
    if (session !== undefined) settle(next.to, receive(session, next.from, next.frame, rng));
  }
  return { outputs, bytes, ms: performance.now() - begin };
}
