/** A task that runs one at a time: requests during a run are answered by one more run afterwards. */
export type SingleFlight = {
  /** Asks for a run that begins after this call. */
  request(): void;
  /** No run begins after this; resolves when the running one has ended. */
  close(): Promise<void>;
};

/** Makes `task` run on request, never twice at once. `task` handles its own errors. */
export function singleFlight(task: () => Promise<void>): SingleFlight {
  let running: Promise<void> | undefined;
  let wanted = false;
  let closed = false;

  const run = async () => {
    try {
      while (wanted && !closed) {
        wanted = false;
        await task();
      }
    } finally {
      running = undefined;
    }
  };
  return {
    request() {
      wanted = true;
      if (!closed) running ??= run();
    },
    async close() {
      closed = true;
      await running;
    },
  };
}
