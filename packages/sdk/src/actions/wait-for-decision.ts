import { type DecisionState, isTerminal } from "@synod/core";
import type { Address, Hex } from "viem";
import { atEveryBlock } from "../at-every-block.ts";
import type { ReadClient } from "../client.ts";
import { SynodSdkError } from "../errors/synod-sdk-error.ts";
import type { DecisionRecord } from "../records/decision-record.ts";
import { getDecision } from "./get-decision.ts";

/** What to wait for, and for how long. */
export type WaitForDecisionParameters = {
  readonly decisionRegistry: Address;
  readonly decisionId: Hex;
  /** `resolved`: the committee has answered, or the decision ended otherwise. `final` (default): it cannot change. */
  readonly until?: "resolved" | "final" | undefined;
  /** Longest wait in milliseconds. Default: 5 minutes. */
  readonly timeoutMs?: number | undefined;
  /** Ends the waiting early. */
  readonly signal?: AbortSignal | undefined;
  /** Called with every state that differs from the one before, the first one included. */
  readonly onState?: ((decision: DecisionRecord) => void) | undefined;
};

/** The decision when what was waited for came true. */
export type WaitForDecisionReturnType = DecisionRecord;

/** Errors of {@link waitForDecision}. */
export type WaitForDecisionErrorType = SynodSdkError;

const DEFAULT_TIMEOUT_MS = 300_000;

/**
 * Waits for a decision. It is read again at every new block, because a state changes with time as well as by events;
 * blocks arrive by subscription over a WebSocket, and by polling at the client's interval otherwise.
 * Errors: UNKNOWN_ID, WAIT_TIMED_OUT, WAIT_ABORTED, RPC_UNREACHABLE and the other causes of the environment.
 */
export async function waitForDecision(
  client: ReadClient,
  parameters: WaitForDecisionParameters,
): Promise<WaitForDecisionReturnType> {
  const reached = parameters.until === "resolved" ? isResolved : isFinal;
  let last: DecisionState | undefined;
  const read = async (): Promise<DecisionRecord | undefined> => {
    const decision = await getDecision(client, parameters);
    if (decision.state !== last) parameters.onState?.(decision);
    last = decision.state;
    return reached(decision) ? decision : undefined;
  };
  const found = await atEveryBlock(client, stopSignal(parameters), read);
  if (found !== undefined) return found;
  throw stopError(parameters, last);
}

function isFinal(decision: DecisionRecord): boolean {
  return isTerminal(decision.state);
}

function isResolved(decision: DecisionRecord): boolean {
  return decision.state !== "Pending";
}

function stopSignal(parameters: WaitForDecisionParameters): AbortSignal {
  const timeout = AbortSignal.timeout(parameters.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  return parameters.signal === undefined ? timeout : AbortSignal.any([timeout, parameters.signal]);
}

function stopError(parameters: WaitForDecisionParameters, last: DecisionState | undefined): SynodSdkError {
  const state = last === undefined ? "could not be read" : `is still ${last}`;
  if (parameters.signal?.aborted === true)
    return new SynodSdkError({
      code: "WAIT_ABORTED",
      what: `waiting for decision ${parameters.decisionId} was stopped; it ${state}`,
      remedy: "wait again when you like; the decision goes on by itself",
    });
  return new SynodSdkError({
    code: "WAIT_TIMED_OUT",
    what: `decision ${parameters.decisionId} ${state} after ${parameters.timeoutMs ?? DEFAULT_TIMEOUT_MS} ms`,
    remedy: "look whether enough committers are running, and wait again",
  });
}
