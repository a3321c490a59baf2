import type { DecisionViolation } from "./validation.ts";

/** One violation as a sentence for people, with the values. */
export function explainDecisionViolation(violation: DecisionViolation): string {
  switch (violation.code) {
    case "ID_MISMATCH":
      return `the content hashes to id ${violation.computed}, the event announces ${violation.announced}`;
    case "PAYLOAD_HASH_MISMATCH":
      return `the action hashes to ${violation.computed}, the record says ${violation.announced}, the registry ${violation.stored}`;
    case "TRAILING_BYTES":
      return `the event has ${violation.given} bytes that are not the ${violation.canonical} bytes of its content`;
    case "WRONG_CHAIN":
      return `the action is for chain ${violation.given}, this is chain ${violation.wanted}`;
    case "WRONG_VAULT":
      return `the action is for vault ${violation.given}, the agent's vault is ${violation.wanted}`;
    case "WRONG_COMMITTEE":
      return `the decision names committee ${violation.given}, the agent's is ${violation.wanted}`;
    case "SUBMITTER_NOT_ALLOWED":
      return `${violation.given} submitted, only ${violation.wanted} may`;
    case "SEQUENCE_STALE":
      return `the decision was made for sequence ${violation.expected}, the agent is at ${violation.current}`;
    case "DEADLINE_TOO_NEAR":
      return `the deadline ${violation.deadline} is not after ${violation.earliest}, the earliest that leaves time to sign`;
    case "EPOCH_NOT_ACTIVE":
      return `epoch ${violation.epoch} is not active; ${violation.active === undefined ? "none" : violation.active} is`;
    case "WITHOUT_CALLS":
      return "the action has no calls";
    case "TOO_MANY_CALLS":
      return `the action has ${violation.count} calls, at most ${violation.most} are taken`;
    case "TOO_MANY_BOUNDS":
      return `the action has ${violation.count} bounds, at most ${violation.most} are taken`;
    case "CALLDATA_TOO_LONG":
      return `call ${violation.call} has ${violation.bytes} bytes of data, at most ${violation.most} are taken`;
  }
}
