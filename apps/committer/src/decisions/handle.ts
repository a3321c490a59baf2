import type { Command, JournalEvent } from "@synod/core";
import type { DecisionContext } from "./context.ts";
import { askLobe } from "./handlers/ask-lobe.ts";
import { broadcastAttestation, rebroadcastSignature } from "./handlers/broadcast.ts";
import { checkPolicy } from "./handlers/check-policy.ts";
import { claimAndSign } from "./handlers/claim-and-sign.ts";
import { findReadyBlock } from "./handlers/find-ready-block.ts";
import { closeDecision, park } from "./handlers/finish.ts";
import { execute, postResult } from "./handlers/prepare.ts";
import { signAttestation } from "./handlers/sign-attestation.ts";
import { reconcileTransaction, replaceTransaction, sendTransaction } from "./handlers/transactions.ts";
import { validate } from "./handlers/validate.ts";

/** Carries out one command of core. */
export function handle(context: DecisionContext, command: Command): Promise<readonly JournalEvent[]> {
  switch (command.kind) {
    case "ValidateDecision":
      return validate(context, command);
    case "AskLobe":
      return askLobe(context, command);
    case "SignAttestation":
      return signAttestation(context, command);
    case "BroadcastAttestation":
      return broadcastAttestation(context, command);
    case "PostResult":
      return postResult(context, command);
    case "FindReadyBlock":
      return findReadyBlock(context, command);
    case "CheckPolicy":
      return checkPolicy(context, command);
    case "ClaimAndSign":
      return claimAndSign(context, command);
    case "RebroadcastSignature":
      return rebroadcastSignature(context, command);
    case "Execute":
      return execute(context, command);
    case "SendTransaction":
      return sendTransaction(context, command);
    case "ReplaceTransaction":
      return replaceTransaction(context, command);
    case "ReconcileTransaction":
      return reconcileTransaction(context, command);
    case "Park":
      return park(context, command);
    case "CloseDecision":
      return closeDecision(context, command);
  }
}
