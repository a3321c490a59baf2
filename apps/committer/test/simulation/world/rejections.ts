/** Who takes what nobody handled. */
export type RejectionTaker = (cause: unknown) => void;

/**
 * Runs `work` while rejections that nobody handles go to `taker` alone: in a simulation they end a simulated process,
 * as they end the daemon's. Listeners of the surrounding program are put back afterwards.
 * Side effects: replaces the process's listeners for `unhandledRejection` until `work` is over.
 */
export async function takingRejections<Result>(taker: RejectionTaker, work: () => Promise<Result>): Promise<Result> {
  const others = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", taker);
  try {
    return await work();
  } finally {
    process.removeListener("unhandledRejection", taker);
    for (const listener of others) process.on("unhandledRejection", listener);
  }
}

/** Resolves when everything that an event has set off is done, promises included. Nothing in a world waits for more. */
export function settled(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setImmediate(resolve);
  return promise;
}
