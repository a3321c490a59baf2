import type { Sample } from "../../src/soak/sample.ts";

const MEBIBYTE = 1_048_576;

/** Samples of one process, one every five seconds for five minutes, with some fields as they are at each moment. */
export function sampleLife(changes: (share: number) => Partial<Sample> = () => ({})): readonly Sample[] {
  const count = 60;
  return Array.from({ length: count }, (_, index) => ({
    memberIndex: 1,
    pid: 41,
    atMs: index * 5_000,
    residentBytes: 200 * MEBIBYTE,
    heapBytes: 60 * MEBIBYTE,
    timers: 20,
    handles: 15,
    bans: 0,
    ...changes(index / count),
  }));
}
