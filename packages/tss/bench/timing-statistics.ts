import { median } from "./measure.ts";

/** Durations of one operation on fixed and on random secret inputs, any unit. */
export type TimingSamples = { readonly fixed: readonly number[]; readonly random: readonly number[] };

/** What the samples say. */
export type TimingVerdict = {
  /** The largest |t| over the crops. */
  readonly t: number;
  /** How much longer the random class takes, as a share of the fixed class: medians, which interrupts do not move. */
  readonly difference: number;
  /** `distinct`: |t| over 10, beyond doubt. `suspect`: over 4.5, the usual limit. `same`: this many samples show nothing. */
  readonly kind: "same" | "suspect" | "distinct";
};

/** |t| above which a difference is suspected, and above which it is certain. */
export const LIMITS = { suspect: 4.5, distinct: 10 } as const;

/** The shares of the fastest measurements that are looked at: interrupts and collections only ever add time. */
const CROPS = [0.5, 0.75, 0.9, 1];

type Moments = { readonly count: number; readonly mean: number; readonly variance: number };

function momentsOf(values: readonly number[]): Moments {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(count - 1, 1);
  return { count, mean, variance };
}

/** Welch's t of two samples with unlike variances; 0 for samples too small to say anything. */
export function welchT(a: readonly number[], b: readonly number[]): number {
  if (a.length < 2 || b.length < 2) return 0;
  const [x, y] = [momentsOf(a), momentsOf(b)];
  const error = Math.sqrt(x.variance / x.count + y.variance / y.count);
  if (error === 0) return x.mean === y.mean ? 0 : Number.POSITIVE_INFINITY * Math.sign(x.mean - y.mean);
  return (x.mean - y.mean) / error;
}

/** The values up to the given quantile of both classes together, so that cropping favours neither. */
function crop({ fixed, random }: TimingSamples, share: number): TimingSamples {
  const all = [...fixed, ...random].toSorted((a, b) => a - b);
  const limit = all[Math.min(all.length - 1, Math.ceil(all.length * share) - 1)] ?? 0;
  return { fixed: fixed.filter((value) => value <= limit), random: random.filter((value) => value <= limit) };
}

/** The test of the dudect method (Reparaz, Balasch, Verbauwhede 2016): the strongest evidence over several crops. */
export function judgeTiming(samples: TimingSamples): TimingVerdict {
  const strongest = CROPS.reduce((most, share) => {
    const { fixed, random } = crop(samples, share);
    return Math.max(most, Math.abs(welchT(fixed, random)));
  }, 0);
  const difference = median(samples.random) / median(samples.fixed) - 1;
  const kind = strongest > LIMITS.distinct ? "distinct" : strongest > LIMITS.suspect ? "suspect" : "same";
  return { t: strongest, difference, kind };
}
