import { describe, expect, it } from "vitest";
import type { CliErrorCode } from "../../src/errors/cli-error.ts";
import { type ExitCode, exitCodeOf } from "../../src/errors/exit-code.ts";

const EXPECTED: Readonly<Record<CliErrorCode, ExitCode>> = {
  AUDIT_BROKEN: 1,
  EXPECTATION_FAILED: 1,
  TIMED_OUT: 1,
  TRANSACTION_FAILED: 1,
  NOT_FOUND: 1,
  NOT_READY: 1,
  INTERRUPTED: 1,
  BUG: 1,
  USAGE: 2,
  ARGUMENT_INVALID: 2,
  AUDIT_INVALID: 2,
  DECISION_FILE_INVALID: 2,
  DEPLOYMENT_MISSING: 2,
  DEPLOYMENT_INVALID: 2,
  KEY_MISSING: 2,
  KEYSTORE_INVALID: 2,
  NOT_CONFIRMED: 2,
  ARTIFACT_MISSING: 3,
  CHAIN_START_FAILED: 3,
  COMMITTER_FAILED: 3,
  PORT_TAKEN: 3,
  RPC_FAILED: 3,
  RPC_UNREACHABLE: 3,
  WRONG_CHAIN: 3,
};

describe("exitCodeOf", () => {
  it("tells failed expectations, bad input and a bad environment apart", () => {
    for (const [code, exitCode] of Object.entries(EXPECTED)) {
      expect([code, exitCodeOf(code as CliErrorCode)]).toEqual([code, exitCode]);
    }
  });
});
