import { describe, expect, it } from "vitest";
import { type JournalEvent, nextNonce, replay, type TransactionPurpose, transactionKey } from "../../src/index.ts";
import { aDecision, eventsOf, word } from "../builders.ts";

const decision = aDecision();
const other = aDecision("two");
const opened = [decision, other].flatMap((each) => [eventsOf(each).observed, eventsOf(each).finalised]);
const key = transactionKey("execute", decision.id);

function prepared(changes: Partial<Extract<JournalEvent, { kind: "TransactionPrepared" }>> = {}): JournalEvent {
  return {
    kind: "TransactionPrepared",
    purpose: "execute",
    decisionId: decision.id,
    nonce: 4,
    transaction: { hash: word("v1"), raw: "0x01", maxFeePerGasWei: 10n },
    atBlock: 100n,
    ...changes,
  };
}
const replacement = (maxFeePerGasWei: bigint): JournalEvent =>
  prepared({ transaction: { hash: word("v2"), raw: "0x02", maxFeePerGasWei }, atBlock: 110n });
const sent = (name: string): JournalEvent => ({
  kind: "TransactionSent",
  purpose: "execute",
  decisionId: decision.id,
  hash: word(name),
  atBlock: 101n,
});
const confirmed = (name: string, reason?: string): JournalEvent => ({
  kind: "TransactionConfirmed",
  purpose: "execute",
  decisionId: decision.id,
  hash: word(name),
  outcome: reason === undefined ? { kind: "succeeded" } : { kind: "reverted", reason },
  atBlock: 105n,
});
const dropped = (nonce: number): JournalEvent => ({
  kind: "TransactionDropped",
  purpose: "execute",
  decisionId: decision.id,
  nonce,
});

const stateAfter = (...events: readonly JournalEvent[]) => replay([...opened, ...events]);
const transactionAfter = (...events: readonly JournalEvent[]) => stateAfter(...events).transactions.get(key);

describe("a transaction", () => {
  it("goes from prepared to sent to settled", () => {
    expect(transactionAfter(prepared())).toMatchObject({ kind: "prepared", nonce: 4, atBlock: 100n });
    expect(transactionAfter(prepared(), sent("v1"))).toMatchObject({ kind: "sent", nonce: 4, atBlock: 101n });
    const settled = stateAfter(prepared(), sent("v1"), confirmed("v1"));
    expect(settled.transactions.size).toBe(0);
    expect(settled.open.get(decision.id)?.landed.execute).toBe(word("v1"));
  });

  it("may be settled without a sent record: the crash came between sending and recording", () => {
    expect(transactionAfter(prepared(), confirmed("v1"))).toBeUndefined();
  });

  it("reverted: the nonce is free and the failure counted with its reason", () => {
    const state = stateAfter(prepared(), sent("v1"), confirmed("v1", "target reverts"));
    expect(state.transactions.size).toBe(0);
    expect(state.open.get(decision.id)?.failures.execute).toEqual({
      count: 1,
      atBlock: 105n,
      reason: "target reverts",
    });
  });

  it("refused before it was prepared: counted the same way, per purpose", () => {
    const refused = (purpose: TransactionPurpose): JournalEvent => ({
      kind: "TransactionRefused",
      purpose,
      decisionId: decision.id,
      reason: "no gas money",
      atBlock: 103n,
    });
    const failures = stateAfter(refused("execute"), refused("postResult"), refused("execute")).open.get(
      decision.id,
    )?.failures;
    expect(failures).toMatchObject({ execute: { count: 2 }, postResult: { count: 1 } });
  });

  it("takes a replacement with a higher fee for the same nonce, and keeps all hashes", () => {
    const work = transactionAfter(prepared(), sent("v1"), replacement(11n));
    expect(work).toMatchObject({ kind: "prepared", atBlock: 110n });
    expect(work?.versions.map(({ hash }) => hash)).toEqual([word("v1"), word("v2")]);
    expect(transactionAfter(prepared(), sent("v1"), replacement(11n), confirmed("v1"))).toBeUndefined();
  });

  it("ignores a replacement that pays no more or has another nonce", () => {
    expect(transactionAfter(prepared(), replacement(10n))?.versions).toHaveLength(1);
    expect(transactionAfter(prepared(), prepared({ nonce: 5 }))).toMatchObject({ nonce: 4 });
  });

  it("ignores a nonce that another transaction holds", () => {
    const thief = prepared({
      decisionId: other.id,
      transaction: { hash: word("t"), raw: "0x03", maxFeePerGasWei: 1n },
    });
    expect(stateAfter(prepared(), thief).transactions.size).toBe(1);
    expect(stateAfter(prepared(), confirmed("v1"), thief).transactions.size).toBe(1);
  });

  it("ignores hashes that were never prepared", () => {
    expect(stateAfter(prepared(), sent("unknown"))).toEqual(stateAfter(prepared()));
    expect(stateAfter(prepared(), confirmed("unknown"))).toEqual(stateAfter(prepared()));
    expect(stateAfter(confirmed("unknown", "reverted"))).toEqual(stateAfter());
  });

  it("dropped: the nonce was used elsewhere, so it can be prepared anew", () => {
    expect(transactionAfter(prepared(), dropped(4))).toBeUndefined();
    expect(transactionAfter(prepared(), dropped(3))).toBeDefined();
    expect(transactionAfter(prepared(), dropped(4), prepared({ nonce: 5 }))).toMatchObject({ nonce: 5 });
  });

  it("outlives its decision: the nonce stays taken until it is settled", () => {
    const closed = eventsOf(decision).closed;
    const state = stateAfter(prepared(), closed);
    expect(state.transactions.get(key)).toMatchObject({ nonce: 4 });
    expect(stateAfter(prepared(), closed, confirmed("v1")).transactions.size).toBe(0);
  });
});

describe("nextNonce", () => {
  it("is the lowest one that is neither mined nor taken", () => {
    expect(nextNonce([], 7)).toBe(7);
    expect(nextNonce([7, 8], 7)).toBe(9);
    expect(nextNonce([9, 7], 7)).toBe(8);
    expect(nextNonce([3], 7)).toBe(7);
  });
});
