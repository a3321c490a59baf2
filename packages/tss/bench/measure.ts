/** CPU time of this process so far, in milliseconds: unlike wall time it does not count what other processes take. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** CPU milliseconds that `run` takes, with its result. */
export function timed<T>(run: () => T): { readonly ms: number; readonly result: T } {
  const start = cpuMs();
  const result = run();
  return { ms: cpuMs() - start, result };
}

/** The middle value; the mean of the two middle values of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const [low = 0, high = low] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return (low + high) / 2;
}

/** Median over `rounds` of the CPU milliseconds of one call, averaged over `calls` per round. */
export function perCallMs(run: () => unknown, calls: number, rounds = 7): number {
  run();
  const times = Array.from(
    { length: rounds },
    () =>
      timed(() => {
        for (let i = 0; i < calls; i++) run();
      }).ms / calls,
  );
  return median(times);
}
