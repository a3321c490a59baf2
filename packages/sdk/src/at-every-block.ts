import { watchBlockNumber } from "viem/actions";
import type { ReadClient } from "./client.ts";

type Look<T> = () => Promise<T | undefined>;

/**
 * Calls `look` now and after every new block, never twice at a time, until it gives a value. Resolves with that value,
 * or with undefined when the signal aborts. Blocks arrive by subscription over a WebSocket; when that fails, and over
 * HTTP, they are polled for at the client's interval.
 *
 * What the first `look` throws is thrown. Later failures are passed over, since the next block gives another chance
 * and the signal bounds the waiting.
 */
export async function atEveryBlock<T>(client: ReadClient, signal: AbortSignal, look: Look<T>): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  const first = await look();
  if (first !== undefined) return first;
  return lookUntilAborted(client, signal, look);
}

function lookUntilAborted<T>(client: ReadClient, signal: AbortSignal, look: Look<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const finish = (value: T | undefined): void => {
      unwatch();
      signal.removeEventListener("abort", onAbort);
      resolve(value);
    };
    const onAbort = (): void => finish(undefined);
    const onBlock = oneAtATime(async () => {
      const value = await look().catch(() => undefined);
      if (value !== undefined) finish(value);
    });
    const unwatch = watchBlocks(client, onBlock);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

/** Runs `work` on every call; calls during a run cause one more run after it. */
function oneAtATime(work: () => Promise<void>): () => void {
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    running = true;
    do {
      again = false;
      await work();
    } while (again);
    running = false;
  };
  return () => {
    again = running;
    if (!running) void run();
  };
}

/** Watches blocks and goes over to polling when the subscription fails. Returns how to stop. */
function watchBlocks(client: ReadClient, onBlock: () => void): () => void {
  const onBlockNumber = (): void => onBlock();
  let stop = watchBlockNumber(client, {
    onBlockNumber,
    onError: () => {
      stop();
      stop = watchBlockNumber(client, { onBlockNumber, poll: true, emitOnBegin: true });
    },
  });
  return () => stop();
}
