import { expect, test } from "vitest";
import { Lane } from "../../../src/chain/providers/lane.ts";

const NEVER = new AbortController().signal;

function task() {
  const { promise, resolve } = Promise.withResolvers<string>();
  const beginning = Promise.withResolvers<void>();
  let hasBegun = false;
  const run = () => {
    hasBegun = true;
    beginning.resolve();
    return promise;
  };
  return { run, resolve, hasBegun: () => hasBegun, begun: beginning.promise };
}

test("as many run at once as there is room for; the next begins when one has ended", async () => {
  const lane = new Lane(2, 10);
  const tasks = [task(), task(), task()] as const;
  const runs = tasks.map(({ run }) => lane.run(run, NEVER));
  await Promise.resolve();
  expect(tasks.map(({ hasBegun }) => hasBegun())).toEqual([true, true, false]);
  tasks[1].resolve("second");
  expect(await runs[1]).toBe("second");
  await tasks[2].begun;
  tasks[0].resolve("first");
  tasks[2].resolve("third");
  expect(await Promise.all(runs)).toEqual(["first", "second", "third"]);
});

test("a task that fails leaves its place to the next", async () => {
  const lane = new Lane(1, 10);
  const failing = lane.run(() => Promise.reject(new TypeError("it fails")), NEVER);
  const next = lane.run(async () => "next", NEVER);
  await expect(failing).rejects.toThrow("it fails");
  expect(await next).toBe("next");
});

test("what waits too long never begins and takes no place", async () => {
  const lane = new Lane(1, 10);
  const slow = task();
  const running = lane.run(slow.run, NEVER);
  const patience = new AbortController();
  const late = task();
  const waiting = lane.run(late.run, patience.signal);
  const next = lane.run(async () => "next", NEVER);
  patience.abort(new TypeError("too late"));
  await expect(waiting).rejects.toThrow("too late");
  slow.resolve("done");
  expect([await running, await next]).toEqual(["done", "next"]);
  expect(late.hasBegun()).toBe(false);
});

test("more than may wait are refused at once", async () => {
  const lane = new Lane(1, 1);
  const slow = task();
  const running = lane.run(slow.run, NEVER);
  const waiting = lane.run(async () => "waited", NEVER);
  await expect(lane.run(async () => "never", NEVER)).rejects.toMatchObject({ code: "laneFull" });
  slow.resolve("done");
  expect(await Promise.all([running, waiting])).toEqual(["done", "waited"]);
});
