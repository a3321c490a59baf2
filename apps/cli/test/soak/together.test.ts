import { once } from "node:events";
import { expect, it } from "vitest";
import { together } from "../../src/soak/together.ts";

it("gives what each comes to", async () => {
  const never = new AbortController().signal;
  expect(await together(never, () => [Promise.resolve("one"), Promise.resolve(2)] as const)).toEqual(["one", 2]);
});

it("stops the others when one fails, waits for them, and fails with the first", async () => {
  const ended: string[] = [];
  const untilStopped = async (signal: AbortSignal): Promise<void> => {
    await once(signal, "abort");
    ended.push("stopped");
    throw new DOMException("stopped", "AbortError");
  };
  const work = together(new AbortController().signal, (signal) => [
    untilStopped(signal),
    Promise.reject(new RangeError("the first")),
  ]);
  await expect(work).rejects.toThrow(new RangeError("the first"));
  expect(ended).toEqual(["stopped"]);
});

it("stops all when it is told to", async () => {
  const stop = new AbortController();
  const work = together(stop.signal, (signal) => [once(signal, "abort").then(() => "stopped")] as const);
  stop.abort();
  expect(await work).toEqual(["stopped"]);
});
