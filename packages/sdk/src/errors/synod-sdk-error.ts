import type { SynodRevert } from "./synod-revert.ts";

/** Everything that can go wrong in an action, one code per cause.
 *
 * caller: ARGUMENT_INVALID, ACCOUNT_MISSING, FUNDS_INSUFFICIENT, UNKNOWN_ID · contract: CONTRACT_REVERTED ·
 * waiting: WAIT_TIMED_OUT, WAIT_ABORTED · environment: RPC_UNREACHABLE, RPC_FAILED, WRONG_CHAIN, CONTRACT_MISSING,
 * TRANSACTION_FAILED */
export type SynodSdkErrorCode =
  | "ACCOUNT_MISSING"
  | "ARGUMENT_INVALID"
  | "CONTRACT_MISSING"
  | "CONTRACT_REVERTED"
  | "FUNDS_INSUFFICIENT"
  | "RPC_FAILED"
  | "RPC_UNREACHABLE"
  | "TRANSACTION_FAILED"
  | "UNKNOWN_ID"
  | "WAIT_ABORTED"
  | "WAIT_TIMED_OUT"
  | "WRONG_CHAIN";

/** What an error says: the cause as a code, what happened with the value, and what to do. */
export type SynodSdkErrorDetail = {
  readonly code: SynodSdkErrorCode;
  readonly what: string;
  readonly remedy: string;
  /** The decoded custom error; present exactly when the code is CONTRACT_REVERTED or UNKNOWN_ID. */
  readonly revert?: SynodRevert;
};

/** The one error the actions throw. `message` is one line for a person: what happened, then what to do. */
export class SynodSdkError extends Error {
  override readonly name = "SynodSdkError";
  readonly code: SynodSdkErrorCode;
  readonly what: string;
  readonly remedy: string;
  readonly revert: SynodRevert | undefined;

  /** @param detail what the error says
   *  @param cause the error underneath, if any */
  constructor(detail: SynodSdkErrorDetail, cause?: unknown) {
    super(`${detail.what}; ${detail.remedy}`, cause === undefined ? undefined : { cause });
    this.code = detail.code;
    this.what = detail.what;
    this.remedy = detail.remedy;
    this.revert = detail.revert;
  }
}
