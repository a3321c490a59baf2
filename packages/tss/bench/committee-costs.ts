import type { KeyShare, PartyIndex } from "../src/index.ts";
import { type Committee, createCommittee, must } from "../test/harness/committee.ts";
import {
  BATCH,
  keygen,
  type Presignatures,
  presign,
  presignBatch,
  refresh,
  reshare,
  rng,
  type Shares,
  shareBytesPerCounterparty,
  sign,
} from "./phases.ts";
import { type PhaseCost, type Sample, summarise } from "./summary.ts";
import { createYardstick, withYardstick } from "./yardstick.ts";

/** Fewest values behind a median. */
const SAMPLES = 11;

/** Runs of the short phases that are not counted: they pay for compilation and tables. */
const WARM_UP = 2;
const CHEAP = ["presign", "batch presign", "online"];

/** What a committee is: t of n. */
export type CommitteeShape = { readonly minSigners: number; readonly size: number };

/** Costs of every phase of one committee. */
export type CommitteeCosts = CommitteeShape & {
  readonly phases: readonly PhaseCost[];
  /** A key share at rest, before encryption. */
  readonly shareBytesPerCounterparty: number;
};

/** How a benchmark is run. */
export type BenchOptions = {
  /** Runs of every phase; undefined for the fewest that give 11 values, one per party and run. */
  readonly runs: number | undefined;
  readonly progress: (line: string) => void;
};

/**
 * Small committees run each phase 11 times. In a large one a run already has many parties, which are like each other:
 * there the parties of as few runs as give 11 values.
 */
function runsOf(parties: number, { runs }: BenchOptions): number {
  if (runs !== undefined) return runs;
  return parties <= 5 ? SAMPLES : Math.ceil(SAMPLES / parties);
}

/** Measures one committee. What comes after key generation uses the shares of its last run. */
export function committeeCosts(shape: CommitteeShape, options: BenchOptions): CommitteeCosts {
  const { minSigners, size } = shape;
  const committee = createCommittee(minSigners, size, `bench ${minSigners} of ${size}`);
  const meter = createMeter(`${minSigners} of ${size}`, options);
  let shares: Shares = new Map<PartyIndex, KeyShare>();
  const generated = meter("key generation", size, (run) => {
    const result = keygen(committee, BigInt(run));
    shares = new Map([...result.outputs].map(([party, { share }]) => [party, share]));
    return result;
  });
  const presigned = meter("presign", minSigners, (run) => presign(committee, shares, run));
  const batched = meter("batch presign", minSigners, (run) => presignBatch(committee, shares, run));
  const pool = presignPool(committee, shares);
  const online = meter("online", minSigners, (run) => sign(committee, pool(2 * run), pool(2 * run + 1)));
  const refreshed = meter("refresh", size, () => refresh(committee, shares));
  const reshared = meter("reshare", size, () => reshare(committee, shares));
  return {
    ...shape,
    phases: [
      summarise("key generation", generated),
      summarise("presign", presigned),
      summarise("batch presign", batched, BATCH),
      summarise("online", online),
      summarise("refresh", refreshed),
      summarise("reshare", reshared),
    ],
    shareBytesPerCounterparty: shareBytesPerCounterparty(must([...shares.values()][0])),
  };
}

/** Presignatures made as they are asked for, many at a time. */
function presignPool(committee: Committee, shares: Shares): (number: number) => Presignatures {
  const made: Presignatures[] = [];
  return (number) => {
    if (made.length === 0) {
      const { outputs } = presignBatch(committee, shares, -1 - number);
      for (let i = 0; i < BATCH; i++) made.push(new Map([...outputs].map(([party, batch]) => [party, must(batch[i])])));
    }
    return must(made.pop());
  };
}

type Run = Sample["run"];

/** Runs a phase as often as its number of parties asks for, each run with V around it; first the runs that do not count. */
function createMeter(name: string, options: BenchOptions) {
  const yardstick = createYardstick(rng);
  return (phase: string, parties: number, run: (number: number) => Run): readonly Sample[] => {
    const warmUp = parties <= 5 && CHEAP.includes(phase) ? WARM_UP : 0;
    const samples = Array.from({ length: warmUp + runsOf(parties, options) }, (_, number) => {
      options.progress(`${name}: ${phase} ${number + 1}`);
      const { result, verifyMs } = withYardstick(yardstick, () => run(number));
      return { run: result, verifyMs };
    });
    return samples.slice(warmUp);
  };
}
