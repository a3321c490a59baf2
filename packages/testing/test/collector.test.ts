import { describe, expect, it } from "vitest";
import { Collector, collect } from "../src/index.ts";

describe("collector", () => {
  it("answers at once for what has come, and later for what has not", async () => {
    const collector = new Collector<number>();
    collector.push(1);
    expect(await collector.count(1)).toEqual([1]);
    const two = collector.count(2);
    const even = collector.first((item) => item % 2 === 0);
    collector.push(3);
    collector.push(4);
    expect((await two).length).toBeGreaterThanOrEqual(2);
    expect(await even).toBe(4);
  });

  it("fails with what it has seen when the deadline passes", async () => {
    const collector = new Collector<number>(5);
    collector.push(1);
    await expect(collector.count(2)).rejects.toMatchObject({ name: "DeadlineError", seen: 1 });
    await expect(collector.first((item) => item === 9, "a nine")).rejects.toThrow(/^a nine did not come within 5 ms/);
  });

  it("collects what a subscription hands out", () => {
    const handlers: ((item: string) => void)[] = [];
    const collector = collect<string>((handler) => handlers.push(handler));
    for (const handle of handlers) handle("item");
    expect(collector.items).toEqual(["item"]);
  });
});
