/** Everything that can end a command early, one code per cause. The exit code follows from it (`exitCodeOf`). */
export type CliErrorCode =
  | "USAGE"
  | "ARGUMENT_INVALID"
  | "DECISION_FILE_INVALID"
  | "DEPLOYMENT_MISSING"
  | "DEPLOYMENT_INVALID"
  | "KEY_MISSING"
  | "KEYSTORE_INVALID"
  | "NOT_CONFIRMED"
  | "NOT_FOUND"
  | "NOT_READY"
  | "AUDIT_BROKEN"
  | "AUDIT_INVALID"
  | "ARTIFACT_MISSING"
  | "CHAIN_START_FAILED"
  | "COMMITTER_FAILED"
  | "PORT_TAKEN"
  | "RPC_FAILED"
  | "RPC_UNREACHABLE"
  | "WRONG_CHAIN"
  | "EXPECTATION_FAILED"
  | "TIMED_OUT"
  | "TRANSACTION_FAILED"
  | "INTERRUPTED"
  | "BUG";

/** What a person needs to know about a failure: what went wrong with the value, where, and what to do about it. */
export type CliErrorReport = {
  readonly code: CliErrorCode;
  /** What went wrong, with the offending value. */
  readonly what: string;
  /** File, option, URL or contract it is about. */
  readonly where: string;
  /** What to do next. */
  readonly remedy: string;
};

/** The one error a command throws. It carries a report for one line on stderr, and the cause for a debugger. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly report: CliErrorReport;

  /** @param report what the person is told
   *  @param cause the error underneath, if any; never printed */
  constructor(report: CliErrorReport, cause?: unknown) {
    super(report.what, cause === undefined ? undefined : { cause });
    this.report = report;
  }
}
