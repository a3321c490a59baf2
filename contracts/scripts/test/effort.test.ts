import { deepEqual, equal } from "node:assert/strict";
import { describe, it } from "node:test";
import { judgeEffort } from "../effort.ts";
import type { ActionCounts, SoliditySuite } from "../solidity-run.ts";

const DEMANDS = { fuzzRuns: 5_000n, changersOf: async () => ["setUp", "start", "move", "stop"] };

function suitesWith(runs: bigint, metrics: Readonly<Record<string, ActionCounts>>): readonly SoliditySuite[] {
  const common = { status: "Success", durationNs: 1n } as const;
  return [
    { id: { name: "Unit" }, testResults: [{ ...common, name: "test_once", kind: {} }] },
    { id: { name: "Fuzz" }, testResults: [{ ...common, name: "testFuzz_often", kind: { runs } }] },
    { id: { name: "Stateful" }, testResults: [{ ...common, name: "invariant_all", kind: { runs: 256n, metrics } }] },
  ];
}

function counts(calls: bigint, reverts = 0n, discards = 0n): ActionCounts {
  return { calls, reverts, discards };
}

async function faultsOf(runs: bigint, metrics: Readonly<Record<string, ActionCounts>>): Promise<readonly string[]> {
  return (await judgeEffort(suitesWith(runs, metrics), DEMANDS)).faults;
}

describe("the effort of a run", () => {
  const enough = { "test/H.sol:H.move": counts(1_000n), "test/H.sol:H.stop": counts(1_500n, 200n, 300n) };

  it("is enough when every property and every action had its number", async () => {
    const { report, faults } = await judgeEffort(suitesWith(5_000n, enough), DEMANDS);
    deepEqual(faults, []);
    deepEqual(report, [
      "1 fuzz properties, 1 of them tried 5000 times",
      "campaign Stateful",
      "  H.move: 1000 successes",
      "  H.stop: 1000 successes",
    ]);
  });

  it("is too small when a property was tried less often", async () => {
    deepEqual(await faultsOf(4_999n, enough), ["Fuzz.testFuzz_often was tried 4999 times only"]);
  });

  it("is too small when reverts and discards leave an action too few", async () => {
    const metrics = { ...enough, "test/H.sol:H.stop": counts(1_500n, 200n, 301n) };
    deepEqual(await faultsOf(5_000n, metrics), ["campaign Stateful: H.stop succeeded 999 times, not 1000"]);
  });

  it("is too small when an action was never called", async () => {
    const metrics = { "test/H.sol:H.move": counts(1_000n) };
    deepEqual(await faultsOf(5_000n, metrics), ["campaign Stateful: H.stop succeeded 0 times, not 1000"]);
  });

  it("is too small when there is nothing to judge", async () => {
    equal((await judgeEffort([], DEMANDS)).faults.length, 1);
    deepEqual(await faultsOf(5_000n, {}), ["campaign Stateful: no action was called"]);
  });
});
