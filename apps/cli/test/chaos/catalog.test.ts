import { expect, it } from "vitest";
import { FAULTS, pickFaults } from "../../src/chaos/catalog.ts";

it("takes names with commas between, each once and in their order, and all of them at once", () => {
  expect(pickFaults("delay, crash,delay").map(({ name }) => name)).toEqual(["delay", "crash"]);
  expect(pickFaults("crash,all")).toEqual(FAULTS);
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
});

it.each(["", "crash,", "meteor"])("refuses %j and lists what there is", (list) => {
  expect(() => pickFaults(list)).toThrow(
    expect.objectContaining({
      report: expect.objectContaining({
        code: "ARGUMENT_INVALID",
        remedy: expect.stringContaining("crash, partition"),
      }),
    }),
  );
});
