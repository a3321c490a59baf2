import type { PartyIndex, Rng, Started } from "../src/index.ts";
import { type Letter, Seat } from "./seat.ts";

/** Cost of one protocol run. */
export type RunCost = {
  /** CPU milliseconds of each party. */
  readonly cpuMs: ReadonlyMap<PartyIndex, number>;
  /** Bytes that each party sent, counted once per recipient. */
  readonly bytes: ReadonlyMap<PartyIndex, number>;
  /** Frames that each party sent, counted once per recipient. */
  readonly frames: ReadonlyMap<PartyIndex, number>;
};

/** One party of a run: how it starts, and where its randomness comes from. */
export type Player<Output> = { readonly start: (rng: Rng) => Started<Output>; readonly rng: Rng };

/** What went between the parties of a run. */
export type Driven<Output> = RunCost & {
  readonly outputs: ReadonlyMap<PartyIndex, Output>;
  /** All frames, in the order in which they were handed over. */
  readonly letters: readonly Letter[];
};

/** Runs one session per party in this process and counts what each of them costs. */
export function drive<Output>(players: ReadonlyMap<PartyIndex, Player<Output>>): Driven<Output> {
  const seats = new Map<PartyIndex, Seat<Output>>();
  for (const [party, { rng }] of players) seats.set(party, new Seat(party, players.keys(), rng));
  const letters: Letter[] = [];
  for (const [party, { start }] of players) letters.push(...(seats.get(party)?.start(start) ?? []));
  // The list grows while it is walked: what a party answers is handed over after all that is under way.
  for (const letter of letters) letters.push(...(seats.get(letter.to)?.receive(letter) ?? []));
  return { ...costOf(seats), outputs: outputsOf(seats), letters };
}

/** What the seats of a run have cost. */
export function costOf(seats: ReadonlyMap<PartyIndex, Seat<unknown>>): RunCost {
  const of = (pick: (seat: Seat<unknown>) => number) => new Map([...seats].map(([party, seat]) => [party, pick(seat)]));
  return { cpuMs: of(({ cpuMs }) => cpuMs), bytes: of(({ bytes }) => bytes), frames: of(({ frames }) => frames) };
}

function outputsOf<Output>(seats: ReadonlyMap<PartyIndex, Seat<Output>>): ReadonlyMap<PartyIndex, Output> {
  const outputs = new Map<PartyIndex, Output>();
  for (const [party, { output }] of seats) if (output !== undefined) outputs.set(party, output);
  return outputs;
}
