import type { Sample } from "./sample.ts";

/** What is held against growth, by its name in a sample. */
export type Held = "residentBytes" | "heapBytes" | "timers" | "handles";

/** One thing that one process held, at the beginning and at the end of its time. */
export type Trend = {
  readonly memberIndex: number;
  readonly held: Held;
  /** Medians of the first and of the last third of the samples after the warm-up. */
  readonly early: number;
  readonly late: number;
  readonly isFlat: boolean;
};

/** Bytes of one. */
export const MEBIBYTE = 1_048_576;

/** A process warms up for so long: code is compiled, pools are filled, the heap finds its size. */
export const WARM_UP_MS = 60_000;

/** With fewer samples of a process nothing is said of it. */
const LEAST_SAMPLES = 12;

/** What may be added between the thirds without growth: a tenth, and so much for the noise of one moment. */
const GROWTH = 1.1;
const NOISE: Readonly<Record<Held, number>> = {
  residentBytes: 16 * MEBIBYTE,
  heapBytes: 16 * MEBIBYTE,
  timers: 8,
  handles: 8,
};

const ALL_HELD: readonly Held[] = ["residentBytes", "heapBytes", "timers", "handles"];

/** How what each process held has moved, of every process that lived long enough after its warm-up. */
export function trendsOf(samples: readonly Sample[]): readonly Trend[] {
  const lives = Map.groupBy(samples, ({ memberIndex, pid }) => `${memberIndex} ${pid}`);
  return [...lives.values()].flatMap(trendsOfLife);
}

function trendsOfLife(life: readonly Sample[]): readonly Trend[] {
  const bornMs = life[0]?.atMs ?? 0;
  const warm = life.filter(({ atMs }) => atMs - bornMs >= WARM_UP_MS);
  const memberIndex = life[0]?.memberIndex;
  if (warm.length < LEAST_SAMPLES || memberIndex === undefined) return [];
  const third = Math.floor(warm.length / 3);
  return ALL_HELD.map((held) => {
    const values = warm.map((sample) => sample[held]);
    const [early, late] = [median(values.slice(0, third)), median(values.slice(-third))];
    return { memberIndex, held, early, late, isFlat: late <= early * GROWTH + NOISE[held] };
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
