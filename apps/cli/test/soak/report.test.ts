import { describe, expect, it } from "vitest";
import { describeSoak, failedSoakChecks, judgeSoak } from "../../src/soak/report.ts";
import type { SoakRun } from "../../src/soak/run-soak.ts";
import { sampleLife } from "./sample-run.ts";

const run: SoakRun = {
  durationMs: 300_000,
  decided: { submitted: 60, executions: { 1: 60 }, strange: 0 },
  disturbances: [
    { fault: "crash", what: "committer 2 killed", atMs: 0, heldMs: 5_000, recoveredMs: 4_000 },
    { fault: "loss", what: "connections reset at random", atMs: 20_000, heldMs: 5_000, recoveredMs: 2_500 },
    { fault: "crash", what: "committer 3 killed", atMs: 40_000, heldMs: 5_000, recoveredMs: 3_000 },
  ],
  samples: sampleLife(),
  isSound: true,
};

describe("a soak", () => {
  it("that went well is told with its figures", () => {
    const report = judgeSoak(run);
    expect(failedSoakChecks(report)).toEqual([]);
    const lines = describeSoak(report);
    expect(lines).toContain("faults            crash 2, loss 1");
    expect(lines).toContain("slowest recovery  4.0 s");
    expect(lines).toContain("        1  memory     200.0 MiB   200.0 MiB  flat");
    expect(lines).toContain("ok   executed exactly once: 60");
  });

  const cases: readonly (readonly [string, Partial<SoakRun>, string])[] = [
    [
      "too few decisions",
      { decided: { submitted: 49, executions: { 1: 49 }, strange: 0 } },
      "decisions, at least 50: 49",
    ],
    [
      "one lost",
      { decided: { submitted: 60, executions: { 0: 1, 1: 59 }, strange: 0 } },
      "executed exactly once: 59, expected 60",
    ],
    [
      "one executed twice",
      { decided: { submitted: 60, executions: { 1: 59, 2: 1 }, strange: 0 } },
      "executed exactly once: 59, expected 60",
    ],
    ["a strange execution", { decided: { ...run.decided, strange: 1 } }, "executions of anything else: 1, expected 0"],
    ["no fault", { disturbances: [] }, "faults: 0"],
    [
      "no recovery",
      { disturbances: [{ fault: "crash", what: "", atMs: 0, heldMs: 1 }] },
      "faults after which the committee was not sound in time: 1, expected 0",
    ],
    ["an unsound end", { isSound: false }, "sound at the end: false, expected true"],
    ["a ban", { samples: sampleLife((share) => ({ bans: share > 0.5 ? 1 : 0 })) }, "bans: 1, expected 0"],
    ["no process that lived", { samples: [] }, "processes watched for growth: 0"],
    [
      "timers that pile up",
      { samples: sampleLife((share) => ({ timers: Math.round(300 * share) })) },
      "growth: timers of committer 1: 100 to 260",
    ],
  ];

  it.each(cases)("with %s fails", (_what, changes, line) => {
    expect(failedSoakChecks(judgeSoak({ ...run, ...changes }))).toEqual([line]);
  });
});
