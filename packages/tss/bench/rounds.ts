import type { Opening } from "../src/engine/open.ts";
import type { Incoming, Outgoing, Stage } from "../src/engine/stage.ts";
import type { PartyIndex, Rng } from "../src/index.ts";
import { timed } from "./measure.ts";

/** What one run of a protocol's own rounds costs, without envelopes, signatures and encryption. */
export type RoundsRun<Output> = {
  readonly outputs: ReadonlyMap<PartyIndex, Output>;
  /** CPU milliseconds of each party, one entry per round; the first is the opening. */
  readonly cpuMs: ReadonlyMap<PartyIndex, readonly number[]>;
};

/** What the session engine would give to the rounds. */
export type RoundsTools = {
  /** 32 bytes. */
  readonly sid: Uint8Array;
  readonly nonces: ReadonlyMap<PartyIndex, Uint8Array>;
  readonly rng: Rng;
};

/** Runs the stages of all parties side by side, handing payloads over as they are: the protocol and nothing else. */
export function runRounds<Output>(
  openings: ReadonlyMap<PartyIndex, () => Opening<Output>>,
  tools: RoundsTools,
): RoundsRun<Output> {
  const cpuMs = new Map<PartyIndex, number[]>([...openings.keys()].map((party) => [party, []]));
  const outputs = new Map<PartyIndex, Output>();
  let sent = new Map<PartyIndex, Outgoing>();
  let stages = new Map<PartyIndex, Stage<Output>>();
  for (const [party, open] of openings) {
    const { ms, result } = timed(open);
    if (result.kind === "abort") throw new TypeError(result.abort.code);
    cpuMs.get(party)?.push(ms);
    sent.set(party, result.outgoing);
    stages.set(party, result.stage);
  }
  while (stages.size > 0) {
    const [received, running] = [sent, stages];
    [sent, stages] = [new Map(), new Map()];
    for (const [party, stage] of running) {
      const { ms, result } = timed(() => stage.run(inboxOf(received, party), tools));
      cpuMs.get(party)?.push(ms);
      if (result.kind === "finish") outputs.set(party, result.output);
      else if (result.kind === "advance") {
        sent.set(party, result.outgoing);
        stages.set(party, result.stage);
      } else throw new TypeError(result.kind);
    }
  }
  return { outputs, cpuMs };
}

function inboxOf(sent: ReadonlyMap<PartyIndex, Outgoing>, self: PartyIndex): ReadonlyMap<PartyIndex, Incoming> {
  const inbox = new Map<PartyIndex, Incoming>();
  for (const [party, { broadcast, direct }] of sent) {
    if (party !== self) inbox.set(party, { broadcast, direct: direct.get(self) ?? new Uint8Array(0) });
  }
  return inbox;
}
