import { type AuditRecord, isTerminal } from "@synod/core";
import { type Hex, isAddressEqual, isHex, recoverAddress } from "viem";
import type { AuditChain, DecisionFacts } from "./chain-facts.ts";

type Details = AuditRecord["entry"]["details"];

/**
 * Why a record cannot be true on this chain, as the end of a sentence that begins with the record; `undefined` when
 * nothing contradicts it. Records that speak of no decision are not compared.
 * Errors: those of the chain.
 */
export async function contradictionOf({ entry }: AuditRecord, chain: AuditChain): Promise<string | undefined> {
  const { decisionId } = entry.details;
  if (decisionId === undefined) return undefined;
  const facts = isBytes32(decisionId) ? await chain.factsOf(decisionId) : undefined;
  if (facts === undefined) return `names decision ${decisionId}, which the chain does not know`;
  switch (entry.fact) {
    case "AttestationSigned":
    case "AttestationReceived":
      return attestationContradiction(entry.details, facts);
    case "ResultObserved":
      return resultContradiction(entry.details, facts);
    case "SignClaimed":
      return digestContradiction(entry.details, facts);
    case "SignatureProduced":
      return digestContradiction(entry.details, facts) ?? signatureContradiction(entry.details, facts);
    case "TransactionConfirmed":
      return fateContradiction(entry.details, chain);
    case "DecisionClosed":
      return stateContradiction(entry.details, facts);
    default:
      return undefined;
  }
}

function isBytes32(text: string): text is Hex {
  return isHex(text) && text.length === 66;
}

/** A member that the chain counts among the attesters has attested the result and nothing else. */
function attestationContradiction({ memberIndex, ...claim }: Details, facts: DecisionFacts): string | undefined {
  const isCounted = facts.decision.result?.attesters.includes(Number(memberIndex)) === true;
  return isCounted ? resultContradiction(claim, facts) : undefined;
}

function resultContradiction({ reply, resultHash }: Details, { decision }: DecisionFacts): string | undefined {
  const { result } = decision;
  if (result === undefined) return "tells a result, the chain has none";
  if (`${result.reply}` === reply && result.resultHash === resultHash) return undefined;
  return `tells the result ${reply} ${resultHash}, the chain ${result.reply} ${result.resultHash}`;
}

function digestContradiction({ digest }: Details, facts: DecisionFacts): string | undefined {
  return digest === facts.digest ? undefined : `signs digest ${digest}, the chain's facts give ${facts.digest}`;
}

async function signatureContradiction({ signature }: Details, facts: DecisionFacts): Promise<string | undefined> {
  const { digest, groupAddress } = facts;
  const signer = isHex(signature)
    ? await recoverAddress({ hash: digest, signature }).catch(() => undefined)
    : undefined;
  if (signer !== undefined && groupAddress !== undefined && isAddressEqual(signer, groupAddress)) return undefined;
  return "holds a signature that is not by the group key";
}

async function fateContradiction({ hash, outcome }: Details, chain: AuditChain): Promise<string | undefined> {
  const fate = hash !== undefined && isBytes32(hash) ? await chain.fateOf(hash) : "unknown";
  return fate === outcome ? undefined : `says transaction ${hash} ${outcome}, on the chain it is ${fate}`;
}

function stateContradiction({ state }: Details, { decision }: DecisionFacts): string | undefined {
  if (isTerminal(decision.state) && decision.state === state) return undefined;
  return `closes the decision as ${state}, on the chain it is ${decision.state}`;
}
