import { SynodSdkError, type SynodSdkErrorCode } from "@synod/sdk";
import { describe, expect, it } from "vitest";
import { CliError } from "../../src/errors/cli-error.ts";
import { exitCodeOf } from "../../src/errors/exit-code.ts";
import { formatReport, reportOf } from "../../src/errors/report-of.ts";

describe("reportOf", () => {
  it.each([
    ["ACCOUNT_MISSING", 2],
    ["ARGUMENT_INVALID", 2],
    ["CONTRACT_MISSING", 3],
    ["CONTRACT_REVERTED", 1],
    ["FUNDS_INSUFFICIENT", 1],
    ["RPC_FAILED", 3],
    ["RPC_UNREACHABLE", 3],
    ["TRANSACTION_FAILED", 1],
    ["UNKNOWN_ID", 1],
    ["WAIT_ABORTED", 1],
    ["WAIT_TIMED_OUT", 1],
    ["WRONG_CHAIN", 3],
  ] satisfies readonly (readonly [SynodSdkErrorCode, number])[])(
    "gives %s of the SDK exit code %i",
    (code, exitCode) => {
      const report = reportOf(new SynodSdkError({ code, what: "it broke", remedy: "mend it" }));
      expect(report).toMatchObject({ what: "it broke", remedy: "mend it" });
      expect(exitCodeOf(report.code)).toBe(exitCode);
    },
  );

  it("passes a command's own report on", () => {
    const report = { code: "PORT_TAKEN", what: "a", where: "b", remedy: "c" } as const;
    expect(reportOf(new CliError(report))).toEqual(report);
  });

  it("tells an interruption from a defect", () => {
    expect(reportOf(new DOMException("stop", "AbortError")).code).toBe("INTERRUPTED");
    expect(reportOf(new TypeError("x is undefined"))).toMatchObject({ code: "BUG", what: "TypeError: x is undefined" });
    expect(reportOf("text").code).toBe("BUG");
  });
});

describe("formatReport", () => {
  it("is one line: what, where, what to do", () => {
    const report = { code: "BUG", what: "first\n  second", where: "here", remedy: "do\nthat" } as const;
    expect(formatReport(report)).toBe("synod: first second (here): do that");
  });
});
