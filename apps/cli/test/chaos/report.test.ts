import { expect, it } from "vitest";
import { crash } from "../../src/chaos/faults/crash.ts";
import { delay } from "../../src/chaos/faults/delay.ts";
import { describeReport, failedRow, judgedRow, unexpected } from "../../src/chaos/report.ts";
import { sampleEvidence, sampleOutcome } from "./sample-evidence.ts";

it("shows fault, expectation, outcome, blame and verdict in one line each, and below what did not hold", () => {
  const good = judgedRow(delay, "400 ms on every link", sampleEvidence());
  const bad = judgedRow(
    delay,
    "400 ms on every link",
    sampleEvidence({ outcomes: [sampleOutcome({ executions: 2 })] }),
  );
  const rows = [good, { ...bad, fault: "later" }];
  expect(describeReport(rows)).toEqual([
    "fault  expected                           happened                                    to blame  verdict",
    "-----  ---------------------------------  ------------------------------------------  --------  -----------",
    "delay  executed, later; nobody is blamed  executed once each in 1.2 s, usually 0.9 s  nobody    as expected",
    "later  executed, later; nobody is blamed  Executed, 2 times in 1.2 s, usually 0.9 s   nobody    UNEXPECTED",
    "",
    "FAIL later: executions of each: 2, expected 1",
  ]);
});

it("a fault that does not come to its end is unexpected", () => {
  const row = failedRow(crash, "the chain has gone");
  expect(row).toMatchObject({ fault: "crash", isAsExpected: false, blame: "unknown" });
  expect(unexpected([row])).toEqual(["crash: comes to its end: the chain has gone"]);
});
