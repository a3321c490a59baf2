import { type PartyIndex, type Rng, receive, type Started } from "../src/index.ts";
import { timed } from "./measure.ts";

/** Cost of one protocol run. */
export type RunCost = {
  /** CPU milliseconds of each party. */
  readonly cpuMs: ReadonlyMap<PartyIndex, number>;
  /** Bytes that each party sent, counted once per recipient. */
  readonly bytes: ReadonlyMap<PartyIndex, number>;
  /** Frames that each party sent, counted once per recipient. */
  readonly frames: ReadonlyMap<PartyIndex, number>;
};

/** Runs one session per party in this process and counts what each of them costs. */
export function drive<Output>(
  starts: ReadonlyMap<PartyIndex, () => Started<Output>>,
  rng: Rng,
): RunCost & { readonly outputs: ReadonlyMap<PartyIndex, Output> } {
  const sessions = new Map<PartyIndex, Started<Output>["session"]>();
  const outputs = new Map<PartyIndex, Output>();
  const cpuMs = new Map<PartyIndex, number>();
  const bytes = new Map<PartyIndex, number>();
  const frames = new Map<PartyIndex, number>();
  const queue: { from: PartyIndex; to: PartyIndex; frame: Uint8Array }[] = [];

  function step(party: PartyIndex, run: () => Started<Output>): void {
    const { ms, result } = timed(run);
    add(cpuMs, party, ms);
    sessions.set(party, result.session);
    for (const effect of result.effects) {
      if (effect.kind === "done") outputs.set(party, effect.output);
      if (effect.kind === "abort" || effect.kind === "ignored") throw new TypeError(JSON.stringify(effect.kind));
      if (effect.kind !== "send") continue;
      const recipients = effect.to === "all" ? [...starts.keys()].filter((other) => other !== party) : [effect.to];
      for (const to of recipients) {
        add(bytes, party, effect.frame.length);
        add(frames, party, 1);
        queue.push({ from: party, to, frame: effect.frame });
      }
    }
  }

  for (const [party, start] of starts) step(party, start);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { from, to, frame } = next;
    const session = sessions.get(to);
    if (session !== undefined) step(to, () => receive(session, from, frame, rng));
  }
  return { outputs, cpuMs, bytes, frames };
}

function add(counts: Map<PartyIndex, number>, party: PartyIndex, amount: number): void {
  counts.set(party, (counts.get(party) ?? 0) + amount);
}
