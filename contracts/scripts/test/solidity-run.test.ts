import { deepEqual } from "node:assert/strict";
import { describe, it } from "node:test";
import { countTests, type SoliditySuite, type SolidityTest } from "../solidity-run.ts";

function suiteOf(...statuses: readonly SolidityTest["status"][]): SoliditySuite {
  return {
    id: { name: "Suite" },
    testResults: statuses.map((status) => ({ name: "test", status, durationNs: 1n, kind: {} })),
  };
}

function counted(suites: readonly SoliditySuite[], isSuccess: boolean) {
  const { passed, failed } = countTests(suites, isSuccess);
  return { passed, failed };
}

describe("the counts of a run", () => {
  it("are those of its tests", () => {
    const suites = [suiteOf("Success", "Success", "Skipped"), suiteOf("Success", "Failure", "Failure")];
    deepEqual(counted(suites, false), { passed: 3, failed: 2 });
    deepEqual(counted([suiteOf("Success")], true), { passed: 1, failed: 0 });
  });

  it("have a failure when something outside the tests failed", () => {
    deepEqual(counted([suiteOf("Success")], false), { passed: 1, failed: 1 });
    deepEqual(counted([], false), { passed: 0, failed: 1 });
  });
});
