import type { CliErrorCode } from "./cli-error.ts";

/** 0 all went as asked · 1 an expectation or a transaction failed · 2 bad input or usage · 3 the environment failed. */
export type ExitCode = 0 | 1 | 2 | 3;

/** The exit code that belongs to an error code. */
export function exitCodeOf(code: CliErrorCode): ExitCode {
  switch (code) {
    case "AUDIT_BROKEN":
    case "EXPECTATION_FAILED":
    case "TIMED_OUT":
    case "TRANSACTION_FAILED":
    case "NOT_FOUND":
    case "NOT_READY":
    case "INTERRUPTED":
    case "BUG":
      return 1;
    case "USAGE":
    case "ARGUMENT_INVALID":
    case "AUDIT_INVALID":
    case "DECISION_FILE_INVALID":
    case "DEPLOYMENT_MISSING":
    case "DEPLOYMENT_INVALID":
    case "KEY_MISSING":
    case "KEYSTORE_INVALID":
    case "NOT_CONFIRMED":
      return 2;
    case "ARTIFACT_MISSING":
    case "CHAIN_START_FAILED":
    case "COMMITTER_FAILED":
    case "PORT_TAKEN":
    case "RPC_FAILED":
    case "RPC_UNREACHABLE":
    case "WRONG_CHAIN":
      return 3;
  }
}
