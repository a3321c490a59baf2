import { setInterval } from "node:timers/promises";

const INTERVAL_MS = 100;

/**
 * Asks again until there is an answer. What another process or a chain is at can only be asked for; the test's time-out
 * bounds it. Apart from the package's entry, because benchmarks ask as well, and that loads the test runner.
 * @param intervalMs milliseconds between two questions
 */
export async function eventually<Answer>(
  ask: () => Promise<Answer | undefined>,
  intervalMs = INTERVAL_MS,
): Promise<Answer> {
  const early = await ask();
  if (early !== undefined) return early;
  for await (const _ of setInterval(intervalMs)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
  }
  throw new TypeError("an interval without end has ended");
}
