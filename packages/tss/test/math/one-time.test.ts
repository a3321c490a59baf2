import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { OneTime } from "../../src/math/one-time.ts";

describe("OneTime", () => {
  test("gives its value once", () => {
    const state = new OneTime({ value: 1 });
    expect(state.isConsumed).toBe(false);
    expect(state.take()).toEqual({ value: 1 });
    expect(state.isConsumed).toBe(true);
    expect(() => state.take()).toThrowError(expect.objectContaining({ code: "stateConsumed" }));
  });

  test("gives an undefined value once as well", () => {
    const state = new OneTime(undefined);
    state.take();
    expect(() => state.take()).toThrowError(expect.objectContaining({ code: "stateConsumed" }));
  });

  test("prints as redacted everywhere", () => {
    const state = new OneTime({ beta: "4711" });
    for (const text of [`${state}`, JSON.stringify({ state }), inspect({ state })]) {
      expect(text).toContain("[one-time state]");
      expect(text).not.toContain("4711");
    }
  });
});
