import { expect, it } from "vitest";
import { tally } from "../../src/soak/deciding.ts";

it("counts how often each decision was carried out, and what nobody submitted", () => {
  const submitted = ["0x01", "0x02", "0x03", "0x04"] as const;
  expect(tally(submitted, ["0x01", "0x02", "0x02", "0x04", "0x99"])).toEqual({
    submitted: 4,
    executions: { 0: 1, 1: 2, 2: 1 },
    strange: 1,
  });
});
