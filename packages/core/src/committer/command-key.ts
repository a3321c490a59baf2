import type { Command } from "./command.ts";

/** Name of a command: two commands with the same key are the same work. */
export function commandKey(command: Command): string {
  return [command.kind, command.decisionId, ...distinction(command)].join("/");
}

/**
 * Whether a command's key stays in `view.issued` after its work is done, because nothing in the journal says that it
 * was. It comes again in its next period. All other keys leave `issued` when their work ends, well or badly.
 */
export function isPeriodic(command: Command): boolean {
  switch (command.kind) {
    case "BroadcastAttestation":
    case "RebroadcastSignature":
    case "ReplaceTransaction":
    case "ReconcileTransaction":
      return true;
    default:
      return false;
  }
}

function distinction(command: Command): readonly (string | number | bigint)[] {
  switch (command.kind) {
    case "AskLobe":
    case "PostResult":
    case "Execute":
      return [command.failures];
    case "BroadcastAttestation":
    case "RebroadcastSignature":
      return [command.period];
    case "CheckPolicy":
    case "ClaimAndSign":
      return [command.attempt];
    case "SendTransaction":
      return [command.purpose, command.hash];
    case "ReplaceTransaction":
      return [command.purpose, command.hash, command.period];
    case "ReconcileTransaction":
      return [command.purpose, command.nonce, command.atBlock];
    case "ValidateDecision":
    case "SignAttestation":
    case "FindReadyBlock":
    case "Park":
    case "CloseDecision":
      return [];
  }
}
