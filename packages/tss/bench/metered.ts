import type { Opening } from "../src/engine/open.ts";
import type { Stage, StageResult } from "../src/engine/stage.ts";
import type { PartyIndex, Rng, Started } from "../src/index.ts";
import { OneTime } from "../src/math/one-time.ts";
import { drive, type RunCost } from "./drive.ts";
import { timed } from "./measure.ts";

/** Cost of one run of a protocol in sessions, and the part of it that is not authentication and encryption. */
export type MeteredRun<Output> = RunCost & {
  /** CPU milliseconds that each party spent in the protocol's own rounds, the opening first. */
  readonly protocolMs: ReadonlyMap<PartyIndex, readonly number[]>;
  readonly outputs: ReadonlyMap<PartyIndex, Output>;
};

/** One party of a metered run. */
export type MeteredParty<Output> = {
  readonly start: () => Started<Output>;
  /** The protocol's opening alone, with other randomness: its first message cannot be timed inside a session. */
  readonly open: () => Opening<Output>;
};

/** Runs one session per party and times the rounds inside each. */
export function driveMetered<Output>(
  parties: ReadonlyMap<PartyIndex, MeteredParty<Output>>,
  rng: Rng,
): MeteredRun<Output> {
  const protocolMs = new Map<PartyIndex, number[]>();
  const starts = new Map<PartyIndex, () => Started<Output>>();
  for (const [party, { start, open }] of parties) {
    const rounds = [timed(open).ms];
    protocolMs.set(party, rounds);
    starts.set(party, () => meterSession(start(), rounds));
  }
  return { ...drive(starts, rng), protocolMs };
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
