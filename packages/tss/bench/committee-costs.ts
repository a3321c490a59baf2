import type { KeyShare, PartyIndex } from "../src/index.ts";
import { createCommittee, must } from "../test/harness/committee.ts";
import { keygen, presign, rng, type Shares, shareBytesPerCounterparty, sign } from "./phases.ts";
import { type PhaseCost, type Sample, summarise } from "./summary.ts";
import { createYardstick, withYardstick } from "./yardstick.ts";

/** Fewest values behind a median. */
const SAMPLES = 11;

/** Runs that are not counted: they pay for compilation and tables. */
const WARM_UP = 2;

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

/** Measures one committee. Presigning uses the shares of its last key generation. */
export function committeeCosts(shape: CommitteeShape, options: BenchOptions): CommitteeCosts {
  const { minSigners, size } = shape;
  const name = `${minSigners} of ${size}`;
  const yardstick = createYardstick(rng);
  const committee = createCommittee(minSigners, size, `bench ${name}`);
  let shares: Shares = new Map<PartyIndex, KeyShare>();
  const generated = repeat(runsOf(size, options), (run) => {
    options.progress(`${name}: key generation ${run + 1}`);
    const metered = withYardstick(yardstick, () => keygen(committee, BigInt(run)));
    shares = new Map([...metered.result.outputs].map(([party, { share }]) => [party, share]));
    return { run: metered.result, verifyMs: metered.verifyMs };
  });
  const warmUp = minSigners <= 5 ? WARM_UP : 0;
  const online: Sample[] = [];
  const presigned = repeat(warmUp + runsOf(minSigners, options), (run) => {
    options.progress(`${name}: presign and sign ${run + 1}`);
    const metered = withYardstick(yardstick, () => presign(committee, shares, 2 * run));
    const spare = presign(committee, shares, 2 * run + 1).outputs;
    const signed = withYardstick(yardstick, () => sign(committee, metered.result.outputs, spare));
    online.push({ run: signed.result, verifyMs: signed.verifyMs });
    return { run: metered.result, verifyMs: metered.verifyMs };
  });
  return {
    ...shape,
    phases: [
      summarise("key generation", generated),
      summarise("presign", presigned.slice(warmUp)),
      summarise("online", online.slice(warmUp)),
    ],
    shareBytesPerCounterparty: shareBytesPerCounterparty(must([...shares.values()][0])),
  };
}

function repeat<T>(count: number, run: (number: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, number) => run(number));
}
