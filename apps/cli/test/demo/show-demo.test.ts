import { describe, expect, it } from "vitest";
import { type DemoRow, expectEqual } from "../../src/demo/demo-row.ts";
import { describeDemo, failedChecks } from "../../src/demo/show-demo.ts";

const executed: DemoRow = {
  name: "payment",
  decisionId: `0x${"ab".repeat(32)}`,
  state: "Executed",
  attesters: [0, 1, 2],
  signers: [0, 2, 3],
  blockNumber: 41n,
  gasUsed: 210_000n,
  executedAfterMs: 1_234.5,
  checks: [expectEqual("state", "Executed", "Executed")],
};
const rejected: DemoRow = {
  name: "rejected",
  decisionId: `0x${"cd".repeat(32)}`,
  state: "Pending",
  attesters: [],
  signers: [],
  checks: [expectEqual("state", "Pending", "Rejected")],
};

describe("describeDemo", () => {
  it("shows who attested and signed, block, gas and time, then every expectation", () => {
    expect(describeDemo([executed, rejected])).toEqual([
      "decision  id          state     attested by  signed by  block     gas    ms",
      "--------  ----------  --------  -----------  ---------  -----  ------  ----",
      "payment   0xabababab  Executed  0 1 2        0 2 3         41  210000  1235",
      "rejected  0xcdcdcdcd  Pending   -            -              -       -     -",
      "",
      "ok   payment: state: Executed",
      "FAIL rejected: state: Pending, expected Rejected",
    ]);
  });
});

describe("failedChecks", () => {
  it("names what did not hold, and nothing else", () => {
    expect(failedChecks([executed])).toEqual([]);
    expect(failedChecks([executed, rejected])).toEqual(["rejected: state: Pending, expected Rejected"]);
  });
});
