import {
  AbiDecodingZeroDataError,
  BaseError,
  ChainMismatchError,
  ContractFunctionRevertedError,
  ContractFunctionZeroDataError,
  type Hex,
  HttpRequestError,
  InsufficientFundsError,
  InvalidAddressError,
  isHex,
  RpcRequestError,
  SocketClosedError,
  TimeoutError,
  WebSocketRequestError,
} from "viem";
import { remedyOf } from "./revert-remedies.ts";
import { decodeSynodRevert, type SynodRevert, showRevert } from "./synod-revert.ts";
import { SynodSdkError, type SynodSdkErrorDetail } from "./synod-sdk-error.ts";

/** What development chains say in words that viem does not know. */
const LACKS_FUNDS = /enough funds|enough balance|insufficient funds/i;

/** Runs the body of an action; whatever viem throws leaves it as a SynodSdkError. */
export async function withSynodErrors<T>(body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw toSynodSdkError(error);
  }
}

/** The SynodSdkError for anything that viem throws. A SynodSdkError passes unchanged. */
export function toSynodSdkError(error: unknown): SynodSdkError {
  if (error instanceof SynodSdkError) return error;
  if (!(error instanceof BaseError)) return new SynodSdkError(unforeseen(error), error);
  const returned = revertedWith(error);
  return new SynodSdkError(returned === undefined ? environmentDetail(error) : revertDetail(returned), error);
}

/** What a contract returned when it reverted: from a call's error, or from the answer to a raw request. */
function revertedWith(error: BaseError): Hex | undefined {
  const call = error.walk((cause) => cause instanceof ContractFunctionRevertedError);
  if (call instanceof ContractFunctionRevertedError) return call.raw ?? "0x";
  const request = error.walk((cause) => cause instanceof RpcRequestError);
  return request instanceof RpcRequestError && isHex(request.data) ? request.data : undefined;
}

function revertDetail(returned: Hex): SynodSdkErrorDetail {
  const revert = decodeSynodRevert(returned);
  return {
    code: isUnknownId(revert) ? "UNKNOWN_ID" : "CONTRACT_REVERTED",
    what: `the contract refused: ${showRevert(revert)}`,
    remedy: remedyOf(revert),
    revert,
  };
}

function isUnknownId(revert: SynodRevert): boolean {
  if (revert.kind !== "named") return false;
  return ["CommitteeUnknown", "DecisionAgentUnknown", "DecisionUnknown"].includes(revert.name);
}

function environmentDetail(error: BaseError): SynodSdkErrorDetail {
  const what = error.shortMessage;
  if (isCausedBy(error, [HttpRequestError, WebSocketRequestError, SocketClosedError, TimeoutError]))
    return { code: "RPC_UNREACHABLE", what: unreachable(error), remedy: "check that the chain runs at that URL" };
  if (isCausedBy(error, [ContractFunctionZeroDataError, AbiDecodingZeroDataError]))
    return { code: "CONTRACT_MISSING", what, remedy: "check the contract's address and the chain" };
  if (isCausedBy(error, [ChainMismatchError]))
    return { code: "WRONG_CHAIN", what, remedy: "use the chain that the client is configured for" };
  if (isCausedBy(error, [InsufficientFundsError]) || LACKS_FUNDS.test(error.message))
    return {
      code: "FUNDS_INSUFFICIENT",
      what: "the account cannot pay for the transaction",
      remedy: "give it native coin",
    };
  if (isCausedBy(error, [InvalidAddressError]))
    return { code: "ARGUMENT_INVALID", what, remedy: "correct the address" };
  return { code: "RPC_FAILED", what, remedy: "read the cause; try again if it was the chain's" };
}

function unreachable(error: BaseError): string {
  const cause = error.walk((inner) => inner instanceof HttpRequestError || inner instanceof WebSocketRequestError);
  const url = cause instanceof HttpRequestError || cause instanceof WebSocketRequestError ? cause.url : undefined;
  return url === undefined ? "the chain does not answer" : `no chain answers at ${url}`;
}

type ErrorClass = abstract new (...args: never[]) => Error;

function isCausedBy(error: BaseError, classes: readonly ErrorClass[]): boolean {
  const found = error.walk((cause) => classes.some((type) => cause instanceof type));
  return classes.some((type) => found instanceof type);
}

function unforeseen(error: unknown): SynodSdkErrorDetail {
  const what = error instanceof Error ? error.message : String(error);
  return { code: "RPC_FAILED", what, remedy: "read the cause" };
}
