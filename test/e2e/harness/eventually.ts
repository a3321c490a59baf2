import { setInterval } from "node:timers/promises";

const INTERVAL_MS = 100;

/** Asks again until there is an answer. Another process's state can only be asked for; the test's time-out bounds it. */
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
