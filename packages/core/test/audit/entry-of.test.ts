import { describe, expect, it } from "vitest";
import { type AuditRecord, auditEntryOf, type JournalEvent, sealAudit, verifyAudit } from "../../src/index.ts";
import { aDecision, block, eventsOf, peer, RESULT_HASH, signatureOf, word } from "../builders.ts";

const decision = aDecision();
const { id: decisionId } = decision;
const events = eventsOf(decision);
const digest = word(`digest ${decisionId}`);
const confirmed: JournalEvent = {
  kind: "TransactionConfirmed",
  purpose: "execute",
  decisionId,
  hash: word("hash"),
  outcome: { kind: "reverted", reason: "late" },
  atBlock: 9n,
};

describe("auditEntryOf", () => {
  it.each([
    [events.finalised, { decisionId, block: block(90n).hash }],
    [events.refused, { decisionId, violations: "WITHOUT_CALLS" }],
    [events.answered, { decisionId, reply: "true", resultHash: RESULT_HASH, reason: "fine" }],
    [events.attested, { decisionId, memberIndex: "0", reply: "true", resultHash: RESULT_HASH }],
    [events.received, { decisionId, memberIndex: "1", reply: "true", resultHash: RESULT_HASH }],
    [events.rejected, { decisionId, reply: "false", resultHash: RESULT_HASH, block: block(92n).hash }],
    [events.denied, { decisionId, attempt: "1", verdict: "deny", policyHash: decision.policyHash, asOfBlock: "100" }],
    [events.claimed, { decisionId, epoch: "1", digest }],
    [events.started, { decisionId, attempt: "1", signers: "0,1" }],
    [events.aborted, { decisionId, attempt: "1", severity: "retry", code: "expired", culprits: "1" }],
    [events.signed, { decisionId, digest, signature: signatureOf("group"), origin: "session" }],
    [confirmed, { decisionId, purpose: "execute", hash: word("hash"), outcome: "reverted" }],
    [events.executed, { decisionId, ending: "executed", block: block(99n).hash }],
    [events.parked, { decisionId, reason: "target reverts" }],
    [events.closed, { decisionId, state: "Executed" }],
    [
      { kind: "PeerBanned", peer: peer(1), code: "equivocation", evidenceHash: word("e") },
      { peer: peer(1), code: "equivocation", evidenceHash: word("e") },
    ],
    [{ kind: "SigningHalted", reason: "finality lost" }, { reason: "finality lost" }],
    [{ kind: "SigningResumed", note: "checked" }, { note: "checked" }],
  ] as const satisfies readonly (readonly [JournalEvent, Record<string, string>])[])(
    "keeps $kind",
    (event, details) => {
      expect(auditEntryOf(event)).toEqual({ fact: event.kind, details });
    },
  );

  it.each([events.observed, events.reorged, events.validated, events.unanswered, events.ready])(
    "leaves out $kind, which only moves work along",
    (event) => {
      expect(auditEntryOf(event)).toBeUndefined();
    },
  );

  it("makes the same chain of the same journal", () => {
    const seal = (): readonly AuditRecord[] => {
      const chain: AuditRecord[] = [];
      for (const entry of Object.values(events).map(auditEntryOf)) {
        if (entry !== undefined) chain.push(sealAudit(entry, chain.at(-1)).record);
      }
      return chain;
    };
    expect(seal()).toEqual(seal());
    expect(verifyAudit(seal())).toMatchObject({ kind: "intact", head: { length: 18 } });
  });
});
