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

/** The largest committee whose members all take part in every run. */
const SMALL = 5;

/** Runs of the short phases that are not counted: they pay for compilation and tables. */
const WARM_UP = 2;
const CHEAP = ["presign", "batch presign", "online"];

/** Phases in which a party of a large committee can do again what it did: they use nothing up, and they take long. */
const REPEATABLE = ["key generation", "batch presign", "refresh", "reshare"];

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
  /** Runs of every phase. */
  readonly runs: number;
  readonly progress: (line: string) => void;
};

/** Measures one committee. What comes after key generation uses the shares of its last run. */
export function committeeCosts(shape: CommitteeShape, options: BenchOptions): CommitteeCosts {
  const { minSigners, size } = shape;
  const committee = createCommittee(minSigners, size, `bench ${minSigners} of ${size}`);
  const meter = createMeter(shape, options);
  let shares: Shares = new Map<PartyIndex, KeyShare>();
  const generated = meter("key generation", (run) => {
    const result = keygen(committee, BigInt(run));
    shares = new Map([...result.outputs].map(([party, { share }]) => [party, share]));
    return result;
  });
  const presigned = meter("presign", (run) => presign(committee, shares, run));
  const batched = meter("batch presign", (run) => presignBatch(committee, shares, run));
  const pool = presignPool(committee, shares);
  const online = meter("online", (run) => sign(committee, pool(2 * run), pool(2 * run + 1)));
  const refreshed = meter("refresh", () => refresh(committee, shares));
  const reshared = meter("reshare", () => reshare(committee, shares));
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

type Run = Sample["run"] & { readonly again: () => Sample["run"] };

/**
 * Runs a phase as often as asked for, each run with V around it; first the runs that do not count. In a large committee
 * the long phases are run once by all, and then again by one party alone: all of them n times would take hours, and a
 * party's cost is what is asked for.
 */
function createMeter({ minSigners, size }: CommitteeShape, { runs, progress }: BenchOptions) {
  const yardstick = createYardstick(rng);
  return (phase: string, run: (number: number) => Run): readonly Sample[] => {
    const isRepeated = size > SMALL && REPEATABLE.includes(phase);
    const warmUp = size <= SMALL && CHEAP.includes(phase) ? WARM_UP : 0;
    let whole: Run | undefined;
    const once = (number: number): Sample["run"] => {
      if (isRepeated && whole !== undefined) return whole.again();
      whole = run(number);
      return whole;
    };
    const samples = Array.from({ length: warmUp + runs }, (_, number) => {
      progress(`${minSigners} of ${size}: ${phase} ${number + 1}`);
      const { result, verifyMs } = withYardstick(yardstick, () => once(number));
      return { run: result, verifyMs };
    });
    return samples.slice(warmUp);
  };
}
