import { describe, expect, it } from "vitest";
import {
  type CommitterState,
  type DecisionWork,
  EMPTY_STATE,
  type JournalEvent,
  reduce,
  replay,
  toEpoch,
} from "../../src/index.ts";
import {
  aDecision,
  anAttestation,
  block,
  eventsOf,
  member,
  peer,
  signatureOf,
  VAULT,
  verdictOf,
  word,
} from "../builders.ts";

const decision = aDecision();
const events = eventsOf(decision);
const { observed, finalised } = events;

function workAfter(...given: readonly JournalEvent[]): DecisionWork | undefined {
  return replay(given).open.get(decision.id);
}

/** Asserts that an event changes nothing, not even by being recorded. */
function expectIgnored(before: readonly JournalEvent[], event: JournalEvent): void {
  expect(replay([...before, event])).toEqual(replay(before));
}

describe("observation and finality", () => {
  it("starts a decision's work", () => {
    expect(workAfter(observed)).toMatchObject({ decision, block: block(90n), finalised: false });
  });

  it("is final only by the very block that was observed", () => {
    expect(workAfter(observed, finalised)?.finalised).toBe(true);
    const elsewhere: JournalEvent = { kind: "DecisionFinalised", decisionId: decision.id, block: block(91n) };
    expect(workAfter(observed, elsewhere)?.finalised).toBe(false);
  });

  it("seen twice changes nothing, seen in another block starts anew", () => {
    expectIgnored([observed], observed);
    const again: JournalEvent = { kind: "DecisionObserved", decision, block: block(91n), logIndex: 2 };
    expect(workAfter(observed, again)).toMatchObject({ block: block(91n), logIndex: 2 });
  });

  it("reorganised before finality: the work is gone and can come back", () => {
    expect(workAfter(observed, events.reorged)).toBeUndefined();
    expect(workAfter(observed, events.reorged, observed)).toMatchObject({ finalised: false });
  });

  it("reorganised after finality: everything halts and the work is kept", () => {
    const state = replay([observed, finalised, events.reorged]);
    expect(state.halt?.reason).toContain(decision.id);
    expect(state.open.has(decision.id)).toBe(true);
    const moved: JournalEvent = { kind: "DecisionObserved", decision, block: block(91n), logIndex: 0 };
    expect(replay([observed, finalised, moved]).halt).toBeDefined();
    expect(replay([observed, finalised, events.closed, events.reorged]).halt).toBeDefined();
  });

  it("a person resumes what was halted", () => {
    const halted: readonly JournalEvent[] = [{ kind: "SigningHalted", reason: "finality lost" }];
    expect(replay(halted).halt).toEqual({ reason: "finality lost" });
    expectIgnored(halted, { kind: "SigningHalted", reason: "another" });
    expect(replay([...halted, { kind: "SigningResumed", note: "checked" }]).halt).toBeUndefined();
  });
});

describe("facts are kept once", () => {
  const base = [observed, finalised];
  const others: Readonly<Record<string, readonly [JournalEvent, JournalEvent]>> = {
    validation: [events.validated, events.refused],
    refusal: [events.refused, events.validated],
    "lobe answer": [
      events.answered,
      { kind: "LobeAnswered", decisionId: decision.id, reply: false, resultHash: word("x"), reason: "no" },
    ],
    "lobe silence after an answer": [events.answered, events.unanswered],
    "own attestation": [
      events.attested,
      { kind: "AttestationSigned", attestation: anAttestation(decision, 0, { reply: false }), atBlock: 101n },
    ],
    "a member's attestation": [
      events.received,
      { kind: "AttestationReceived", attestation: anAttestation(decision, 1, { reply: false }), atBlock: 101n },
    ],
    result: [events.approved, events.approved],
    ending: [events.vetoed, events.vetoed],
    signature: [
      events.signed,
      {
        kind: "SignatureProduced",
        decisionId: decision.id,
        digest: word("digest"),
        signature: signatureOf("other"),
        origin: "peer",
        atBlock: 101n,
      },
    ],
    parking: [events.parked, { kind: "DecisionParked", decisionId: decision.id, reason: "other" }],
  };

  it.each(Object.entries(others))("%s", (_name, [first, second]) => {
    expect(replay([...base, first])).not.toEqual(replay(base));
    expectIgnored([...base, first], second);
  });

  it("the ready block counts only for an approved decision, and the first one", () => {
    expectIgnored(base, events.ready);
    expectIgnored([...base, events.rejected], events.ready);
    expect(workAfter(...base, events.approved, events.ready)?.readyBlock).toBe(95n);
    expectIgnored([...base, events.approved, events.ready], {
      kind: "DecisionReady",
      decisionId: decision.id,
      readyBlock: 96n,
    });
  });

  it("counts the lobe's failures until it answers", () => {
    expect(workAfter(...base, events.unanswered, events.unanswered)?.lobe).toEqual({
      kind: "silent",
      failures: 2,
      atBlock: 100n,
    });
    expect(workAfter(...base, events.unanswered, events.answered)?.lobe).toMatchObject({
      kind: "answered",
      reply: true,
    });
  });

  it("keeps the verdict of the newest attempt", () => {
    const older = verdictOf(decision, 1, "deny");
    const newer = verdictOf(decision, 2, "allow");
    expect(workAfter(...base, older, newer)?.verdict).toMatchObject({ attempt: 2, verdict: "allow" });
    expectIgnored([...base, newer], older);
    const again = verdictOf(decision, 2, "deny");
    expect(workAfter(...base, newer, again)?.verdict).toMatchObject({ attempt: 2, verdict: "deny" });
  });

  it("events of a decision that is not open change nothing", () => {
    for (const event of Object.values(events)) {
      if (event.kind !== "DecisionObserved") expect(reduce(EMPTY_STATE, event)).toEqual(EMPTY_STATE);
    }
  });
});

describe("claims and attempts", () => {
  const base = [observed, finalised, events.approved, events.ready];

  it("holds one digest; a second one halts the committer and changes nothing else", () => {
    const state = replay([...base, events.claimed]);
    const digest = word(`digest ${decision.id}`);
    expect(state.open.get(decision.id)?.claim).toEqual({ epoch: 1n, digest });
    expectIgnored([...base, events.claimed], events.claimed);
    const { epoch, id: decisionId } = decision;
    const other = reduce(state, { kind: "SignClaimed", decisionId, epoch, digest: word("other") });
    expect(other.halt?.reason).toContain("two digests");
    expect(other.open).toEqual(state.open);
    const otherEpoch = reduce(state, { kind: "SignClaimed", decisionId, epoch: toEpoch(2n), digest });
    expect(otherEpoch.halt).toBeDefined();
  });

  it("an attempt only ever moves up", () => {
    const started = (attempt: number): JournalEvent => ({
      kind: "SigningAttemptStarted",
      decisionId: decision.id,
      attempt,
      signers: [member(0), member(1)],
    });
    expect(workAfter(...base, started(2))?.attempt).toMatchObject({ attempt: 2, outcome: "running" });
    expectIgnored([...base, started(2)], started(1));
    expectIgnored([...base, events.started, events.aborted], events.started);
    expect(workAfter(...base, events.started, events.aborted)?.attempt?.outcome).toBe("aborted");
    expectIgnored([...base, started(2)], events.aborted);
  });

  it("keeps a signature over the claimed digest", () => {
    expect(workAfter(...base, events.claimed, events.signed)?.signature?.signature).toBe(signatureOf("group"));
  });

  it("keeps bans for ever, with the first code", () => {
    const ban = (code: string): JournalEvent => ({ kind: "PeerBanned", peer: peer(1), code, evidenceHash: word("e") });
    expect(replay([ban("equivocation"), ban("other")]).banned).toEqual(new Map([[peer(1), "equivocation"]]));
  });
});

describe("what cannot be true beside what is known halts, and changes nothing else", () => {
  const base = [observed, finalised];
  const otherHash = { ...events.approved, resultHash: word("another result") } as JournalEvent;
  const otherBlock = { ...events.approved, block: block(97n) } as JournalEvent;
  const contradictions: Readonly<Record<string, readonly [readonly JournalEvent[], JournalEvent, string]>> = {
    "another reply": [[events.approved], events.rejected, "two results"],
    "another result of the same reply": [[events.approved], otherHash, "two results"],
    "a result that moved to another block": [[events.approved], otherBlock, "two results"],
    "another ending": [[events.approved, events.executed], events.vetoed, "two endings"],
    "an execution without a result": [[], events.executed, "executed without an approval"],
    "an execution of what was rejected": [[events.rejected], events.executed, "executed without an approval"],
    "a signature over another digest than the claimed one": [
      [events.approved, events.ready, events.claimed],
      { ...events.signed, digest: word("other") } as JournalEvent,
      "a signature over another digest",
    ],
  };

  it.each(Object.entries(contradictions))("%s", (_name, [before, event, reason]) => {
    const known = replay([...base, ...before]);
    const after = reduce(known, event);
    expect(after.halt?.reason).toContain(reason);
    expect(after.halt?.reason).toContain(decision.id);
    expect({ ...after, halt: undefined }).toEqual({ ...known, halt: undefined });
  });
});

describe("closing", () => {
  it("keeps a tombstone and what an execution spent", () => {
    const state = replay([observed, finalised, events.approved, events.executed, events.closed]);
    expect(state.open.size).toBe(0);
    expect(state.closed.get(decision.id)).toMatchObject({
      state: "Executed",
      vault: VAULT,
      spending: { atBlock: 99n },
    });
    const vetoed = replay([observed, finalised, events.vetoed, { ...events.closed, state: "Vetoed" } as JournalEvent]);
    expect(vetoed.closed.get(decision.id)).toEqual({ state: "Vetoed", vault: VAULT });
  });

  it("a closed decision never opens again", () => {
    expectIgnored([observed, finalised, events.closed], observed);
    expectIgnored([observed, finalised, events.closed], events.approved);
  });
});

describe("reduce", () => {
  it("never mutates the state it was given", () => {
    const all = Object.values(events).filter(({ kind }) => kind !== "DecisionReorged");
    let state: CommitterState = EMPTY_STATE;
    for (const event of all) {
      const before = structuredClone(state);
      const after = reduce(state, event);
      expect(state).toEqual(before);
      state = after;
    }
  });
});
