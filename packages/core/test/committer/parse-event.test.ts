import { describe, expect, it } from "vitest";
import { CoreError, type JournalEvent, parseJournalEvent } from "../../src/index.ts";
import { aDecision, anAction, eventsOf, peer, word } from "../builders.ts";

const decision = aDecision("stored", {
  action: anAction({ bounds: [{ asset: anAction().vault, maxOut: 1n, minIn: 2n }] }),
});
const { id: decisionId } = decision;
const transaction = { hash: word("hash"), raw: "0x01", maxFeePerGasWei: 7n } as const;
const purpose = "execute";

/** One event of every kind and variant. */
const EVENTS: readonly JournalEvent[] = [
  ...Object.values(eventsOf(decision)),
  { kind: "PeerBanned", peer: peer(1), code: "equivocation", evidenceHash: word("evidence") },
  { kind: "TransactionPrepared", purpose, decisionId, nonce: 3, transaction, atBlock: 5n },
  { kind: "TransactionSent", purpose, decisionId, hash: word("hash"), atBlock: 6n },
  {
    kind: "TransactionConfirmed",
    purpose,
    decisionId,
    hash: word("hash"),
    outcome: { kind: "succeeded" },
    atBlock: 7n,
  },
  {
    kind: "TransactionConfirmed",
    purpose: "postResult",
    decisionId,
    hash: word("hash"),
    outcome: { kind: "reverted", reason: "out of gas" },
    atBlock: 7n,
  },
  { kind: "TransactionDropped", purpose, decisionId, nonce: 3 },
  { kind: "TransactionRefused", purpose, decisionId, reason: "no gas money", atBlock: 8n },
  { kind: "SigningHalted", reason: "finality lost" },
  { kind: "SigningResumed", note: "checked by hand" },
];

function failureOf(value: unknown) {
  try {
    parseJournalEvent(value);
  } catch (error) {
    if (error instanceof CoreError) return error.failure;
    throw error;
  }
  return undefined;
}

describe("parseJournalEvent", () => {
  it("the cases cover every kind", () => {
    expect(new Set(EVENTS.map(({ kind }) => kind)).size).toBe(27);
  });

  it.each(EVENTS.map((event) => [event.kind, event] as const))("gives back %s", (_kind, event) => {
    expect(parseJournalEvent(structuredClone(event))).toEqual(event);
  });

  it.each(EVENTS.map((event) => [event.kind, event] as const))(
    "refuses %s when a field is gone or new",
    (kind, event) => {
      for (const key of Object.keys(event).filter((each) => each !== "kind")) {
        const { [key]: _gone, ...rest } = { ...event } as Record<string, unknown>;
        expect(failureOf(rest)).toMatchObject({ code: "JOURNAL_EVENT_INVALID", kind });
      }
      expect(failureOf({ ...event, extra: 1 })).toMatchObject({ code: "JOURNAL_EVENT_INVALID", kind });
    },
  );

  it.each([undefined, null, 7, "DecisionReady", {}, { kind: "Nothing" }, { kind: "toString" }, []])(
    "refuses %o, which has no known kind",
    (value) => {
      expect(failureOf(value)).toMatchObject({ code: "JOURNAL_EVENT_INVALID", reason: "the kind is unknown" });
    },
  );

  it("names the field that is wrong", () => {
    const wrong = { kind: "DecisionReady", decisionId, readyBlock: 95 };
    expect(failureOf(wrong)).toMatchObject({ reason: expect.stringContaining("DecisionReady.readyBlock is 95") });
    expect(() => parseJournalEvent(wrong)).toThrow("was it written by a newer version?");
    const badId = { kind: "DecisionValidated", decisionId: "0x12" };
    expect(failureOf(badId)).toMatchObject({ reason: expect.stringContaining("not a valid decision id") });
    const badOutcome = { ...EVENTS.find(({ kind }) => kind === "TransactionConfirmed"), outcome: { kind: "reverted" } };
    expect(failureOf(badOutcome)).toMatchObject({ reason: expect.stringContaining("outcome.reason is missing") });
  });
});
