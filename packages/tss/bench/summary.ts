import type { PartyIndex } from "../src/index.ts";
import type { RunCost } from "./drive.ts";
import { median } from "./measure.ts";

/** One run with what V was around it. */
export type Sample = {
  readonly run: RunCost & { readonly protocolMs?: ReadonlyMap<PartyIndex, readonly number[]> };
  readonly verifyMs: number;
};

/** What a phase costs. `…V` is in verifications of the curve library. */
export type PhaseCost = {
  readonly phase: string;
  readonly rounds: number;
  readonly parties: number;
  /** Each per-party figure is the median of this many: of a run of several parties, the median over them. */
  readonly runs: number;
  /** Runs of all parties; in the others the first party alone did once more what it did in one of these. */
  readonly wholeRuns: number;
  readonly perPartyMs: number;
  readonly perPartyV: number;
  /** Without authentication and encryption. */
  readonly protocolV: number;
  /** Authentication and encryption. */
  readonly envelopeV: number;
  /** All parties together, the median of `wholeRuns`. */
  readonly totalV: number;
  /** The protocol in each of its steps, the opening first. */
  readonly protocolStepsV: readonly number[];
  readonly bytesPerParty: number;
  readonly bytesPerCounterparty: number;
};

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

/**
 * Medians over the runs.
 * @param made results that one run makes: costs are of one of them
 */
export function summarise(phase: string, samples: readonly Sample[], made = 1): PhaseCost {
  const parties = samples[0]?.run.cpuMs.size ?? 0;
  const each = (pick: (sample: Sample, party: PartyIndex) => number): number =>
    median(samples.map((sample) => median([...sample.run.cpuMs.keys()].map((party) => pick(sample, party))))) / made;
  const steps = (sample: Sample, party: PartyIndex): readonly number[] =>
    sample.run.protocolMs?.get(party) ?? [sample.run.cpuMs.get(party) ?? 0];
  const all = (sample: Sample, party: PartyIndex): number => sample.run.cpuMs.get(party) ?? 0;
  const protocol = (sample: Sample, party: PartyIndex): number => sum(steps(sample, party));
  const whole = samples.filter(({ run }) => run.cpuMs.size === parties);
  const [first] = samples;
  const [firstParty] = first?.run.cpuMs.keys() ?? [];
  const stepCount = first === undefined || firstParty === undefined ? 0 : steps(first, firstParty).length;
  const bytesPerParty = each(({ run }, party) => run.bytes.get(party) ?? 0);
  return {
    phase,
    rounds: (made * each(({ run }, party) => run.frames.get(party) ?? 0)) / (parties - 1),
    parties,
    runs: samples.length,
    wholeRuns: whole.length,
    perPartyMs: each(all),
    perPartyV: each((sample, party) => all(sample, party) / sample.verifyMs),
    protocolV: each((sample, party) => protocol(sample, party) / sample.verifyMs),
    envelopeV: each((sample, party) => Math.max(0, all(sample, party) - protocol(sample, party)) / sample.verifyMs),
    totalV: median(whole.map(({ run, verifyMs }) => sum(run.cpuMs.values()) / verifyMs)) / made,
    protocolStepsV: Array.from({ length: stepCount }, (_, step) =>
      each((sample, party) => (steps(sample, party)[step] ?? 0) / sample.verifyMs),
    ),
    bytesPerParty,
    bytesPerCounterparty: bytesPerParty / (parties - 1),
  };
}
