import { describe, expect, it } from "vitest";
import { createProgress, withStep } from "../../src/output/progress.ts";
import { recordingTerminal } from "./recording-terminal.ts";

describe("createProgress in a log", () => {
  it("prints a plain line when a step begins, changes and ends", () => {
    const terminal = recordingTerminal({ isInteractive: false });
    let now = 0;
    const step = createProgress(terminal, () => now).step("key generation");
    now = 1_500;
    step.update("2 of 4 confirmed");
    now = 3_200;
    step.done("4 of 4 confirmed");
    expect(terminal.errText()).toBe(
      [
        "...  key generation",
        "...  key generation: 2 of 4 confirmed  (1.5 s)",
        "ok   key generation: 4 of 4 confirmed  (3.2 s)",
        "",
      ].join("\n"),
    );
    expect(terminal.outText()).toBe("");
  });

  it("prints nothing for an unchanged detail, nor after the end", () => {
    const terminal = recordingTerminal({ isInteractive: false });
    const step = createProgress(terminal, () => 0).step("wait");
    step.update("1");
    step.update("1");
    step.done();
    step.update("2");
    step.failed();
    expect(terminal.errText().split("\n")).toEqual(["...  wait", "...  wait: 1", "ok   wait", ""]);
  });
});

describe("createProgress on a terminal", () => {
  it("redraws one line and ends it once", () => {
    const terminal = recordingTerminal({ isInteractive: true });
    const step = createProgress(terminal, () => 0).step("wait");
    step.update("1");
    step.done("2");
    expect(terminal.errText()).toBe("\r\u001b[2K...  wait\r\u001b[2K...  wait: 1\r\u001b[2Kok   wait: 2\n");
  });

  it("cuts a redrawn line to the terminal's width so that it stays one line", () => {
    const terminal = recordingTerminal({ isInteractive: true, columns: 12 });
    createProgress(terminal, () => 0).step("a label that is too long");
    expect(terminal.errText()).toBe("\r\u001b[2K...  a labe");
  });
});

describe("withStep", () => {
  it("ends the step as failed and passes the error on", async () => {
    const terminal = recordingTerminal({ isInteractive: false });
    const failure = new RangeError("no");
    const run = withStep(
      createProgress(terminal, () => 0),
      "work",
      async () => {
        throw failure;
      },
    );
    await expect(run).rejects.toBe(failure);
    expect(terminal.errText()).toContain("FAIL work");
  });

  it("shows what the result is described as", async () => {
    const terminal = recordingTerminal({ isInteractive: false });
    const progress = createProgress(terminal, () => 0);
    expect(
      await withStep(
        progress,
        "work",
        async () => 7,
        (n) => `got ${n}`,
      ),
    ).toBe(7);
    expect(terminal.errText()).toContain("ok   work: got 7");
  });
});
