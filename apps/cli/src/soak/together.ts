/**
 * Does several things at once and waits until all have ended: when one fails, the others are told to stop, and none goes
 * on behind the caller's back. Errors: that of the first that failed.
 * @param signal ends all of them
 */
export async function together<Results extends readonly unknown[]>(
  signal: AbortSignal,
  begin: (signal: AbortSignal) => { readonly [Index in keyof Results]: Promise<Results[Index]> },
): Promise<Results> {
  const failure = new AbortController();
  const work = begin(AbortSignal.any([signal, failure.signal]));
  const first = Promise.all(work).catch((error: unknown) => {
    failure.abort();
    throw error;
  });
  await Promise.allSettled([first, ...work]);
  return (await first) as unknown as Results;
}
