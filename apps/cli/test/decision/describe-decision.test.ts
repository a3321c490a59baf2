import { describe, expect, it } from "vitest";
import { pauseAt } from "../../src/decision/describe-decision.ts";

describe("pauseAt", () => {
  it.each([
    ["lasts to its last second", 100n, 99n, 100n],
    ["is over at the first second after it", 100n, 100n, undefined],
    ["never was", undefined, 0n, undefined],
  ])("a pause that %s", (_name, pausedUntil, now, until) => {
    expect(pauseAt({ pausedUntil }, now)).toBe(until);
  });
});
