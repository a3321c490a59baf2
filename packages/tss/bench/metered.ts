import type { Opening } from "../src/engine/open.ts";
import type { Stage, StageResult } from "../src/engine/stage.ts";
import type { PartyIndex, Rng, Started } from "../src/index.ts";
import { OneTime } from "../src/math/one-time.ts";
import { costOf, drive, type Player, type RunCost } from "./drive.ts";
import { timed } from "./measure.ts";
import { type Letter, Seat } from "./seat.ts";

/** Cost of one run of a protocol in sessions, and the part of it that is not authentication and encryption. */
export type MeteredCost = RunCost & {
  /** CPU milliseconds that each party spent in the protocol's own rounds, the opening first. */
  readonly protocolMs: ReadonlyMap<PartyIndex, readonly number[]>;
};

/** A run of all parties. */
export type MeteredRun<Output> = MeteredCost & {
  readonly outputs: ReadonlyMap<PartyIndex, Output>;
  /**
   * Lets the first party alone do once more all that it did: with the same randomness, on the frames that the others
   * sent it. It costs what it cost in the run, and the others cost nothing. Throws where a party's input is used up by
   * its run, as a presignature is.
   */
  readonly again: () => MeteredCost;
};

/** One party of a metered run. */
export type MeteredParty<Output> = {
  readonly start: (rng: Rng) => Started<Output>;
  /** The protocol's opening alone, with other randomness: its first message cannot be timed inside a session. */
  readonly open: (rng: Rng) => Opening<Output>;
};

/** Runs one session per party and times the rounds inside each. */
export function driveMetered<Output>(
  parties: ReadonlyMap<PartyIndex, MeteredParty<Output>>,
  rng: Rng,
): MeteredRun<Output> {
  const protocolMs = new Map<PartyIndex, readonly number[]>();
  const players = new Map<PartyIndex, Player<Output>>();
  const drawn: Uint8Array[] = [];
  const [first] = parties.keys();
  for (const [party, meter] of parties) {
    const { start, rounds } = meterParty(meter, rng);
    protocolMs.set(party, rounds);
    players.set(party, { start, rng: party === first ? recorded(rng, drawn) : rng });
  }
  const { letters, ...run } = drive(players);
  const own = letters.filter(({ from, to }) => from === first || to === first);
  return { ...run, protocolMs, again: () => repeat(parties, own, rng, drawn) };
}

function repeat<Output>(
  parties: ReadonlyMap<PartyIndex, MeteredParty<Output>>,
  letters: readonly Letter[],
  rng: Rng,
  drawn: readonly Uint8Array[],
): MeteredCost {
  const [entry] = parties;
  if (entry === undefined) throw new TypeError("a run without parties");
  const [self, meter] = entry;
  const { start, rounds } = meterParty(meter, rng);
  const seat = new Seat<Output>(self, parties.keys(), drawnAgain(drawn));
  const sent = [...seat.start(start)];
  for (const letter of letters) if (letter.to === self) sent.push(...seat.receive(letter));
  assertSame(
    sent,
    letters.filter(({ from }) => from === self),
  );
  return { ...costOf(new Map([[self, seat]])), protocolMs: new Map([[self, rounds]]) };
}

/** A party that did anything else than in the run would be measured at something else. */
function assertSame(sent: readonly Letter[], before: readonly Letter[]): void {
  const isSame = (letter: Letter, i: number): boolean =>
    letter.to === before[i]?.to && Buffer.compare(letter.frame, before[i].frame) === 0;
  if (sent.length !== before.length || !sent.every(isSame)) throw new TypeError("a repeated party sent other frames");
}

/** Gives copies, because who draws may wipe what it got. */
function recorded(rng: Rng, drawn: Uint8Array[]): Rng {
  return (length) => {
    const bytes = rng(length);
    drawn.push(bytes.slice());
    return bytes;
  };
}

function drawnAgain(drawn: readonly Uint8Array[]): Rng {
  let next = 0;
  return (length) => {
    const bytes = drawn[next++];
    if (bytes?.length !== length) throw new TypeError("a repeated party drew other randomness");
    return bytes.slice();
  };
}

function meterParty<Output>({ start, open }: MeteredParty<Output>, rng: Rng) {
  const rounds = [timed(() => open(rng)).ms];
  return { rounds, start: (own: Rng) => meterSession(start(own), rounds) };
}

function meterSession<Output>(started: Started<Output>, rounds: number[]): Started<Output> {
  const { session } = started;
  if (session.status !== "running") return started;
  return { ...started, session: { ...session, stage: new OneTime(meterStage(session.stage.take(), rounds)) } };
}

function meterStage<Output>(stage: Stage<Output>, rounds: number[]): Stage<Output> {
  return {
    secrets: stage.secrets,
    run(inbox, tools): StageResult<Output> {
      const { ms, result } = timed(() => stage.run(inbox, tools));
      rounds.push(ms);
      return result.kind === "advance" ? { ...result, stage: meterStage(result.stage, rounds) } : result;
    },
  };
}
