/** What went wrong: a transaction of a benchmark, what a proof needs, or what it is about. */
export type ToolErrorCode =
  | "transactionReverted"
  | "deploymentFailed"
  | "solverMissing"
  | "mutationStale"
  | "sourceBroken";

/** A benchmark or a proof cannot go on. The message says where, and what to do where that is not plain. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly code: ToolErrorCode;

  constructor(code: ToolErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
