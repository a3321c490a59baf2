import { describe, expect, it } from "vitest";
import {
  type AgentView,
  type CommitterView,
  commandKey,
  isPeriodic,
  type JournalEvent,
  memberOrder,
  nextCommands,
  replay,
} from "../../src/index.ts";
import {
  AGENT,
  aCommittee,
  aDecision,
  anAttestation,
  aView,
  block,
  eventsOf,
  member,
  peer,
  RESULT_HASH,
  signatureOf,
  verdictOf,
  word,
} from "../builders.ts";

const decision = aDecision();
const id = decision.id;
const events = eventsOf(decision);
const open = [events.observed, events.finalised];
const valid = [...open, events.validated];
const attested = [...valid, events.answered, events.attested];
const approved = [...valid, events.approved];
const ready = [...approved, events.ready];
const allowed = [...ready, events.allowed];
const signed = [...allowed, events.claimed, events.started, events.signed];

const commands = (given: readonly JournalEvent[], view: CommitterView = aView()) => nextCommands(replay(given), view);
const kinds = (given: readonly JournalEvent[], view?: CommitterView) => commands(given, view).map(({ kind }) => kind);
const headAt = (number: bigint, time = 1_000n) => aView({ head: { number, time } });
const finalisedAt = (number: bigint, time = 1_000n) => aView({ finalised: { number, time }, head: { number, time } });

describe("before a decision is final", () => {
  it("does nothing", () => {
    expect(kinds([events.observed])).toEqual([]);
    expect(kinds([events.observed, events.validated, events.approved, events.ready, events.allowed])).toEqual([]);
  });
});

describe("validation", () => {
  it("comes first", () => {
    expect(commands(open)).toEqual([{ kind: "ValidateDecision", decisionId: id }]);
  });

  it("refused: nothing more is done", () => {
    expect(kinds([...open, events.refused])).toEqual([]);
    expect(kinds([...open, events.refused, events.approved, events.ready, events.allowed])).toEqual([]);
  });

  it("without a seat in the epoch nothing is done", () => {
    const { self: _self, ...outsider } = aCommittee();
    expect(kinds(valid, aView({}, outsider))).toEqual([]);
    expect(kinds(valid, aView({ committees: new Map() }))).toEqual([]);
  });
});

describe("attesting", () => {
  it("asks the lobe, and again a period after a failure", () => {
    expect(commands(valid)).toEqual([{ kind: "AskLobe", decisionId: id, failures: 0 }]);
    expect(commands([...valid, events.unanswered], headAt(104n))).toEqual([]);
    expect(commands([...valid, events.unanswered], headAt(105n))).toEqual([
      { kind: "AskLobe", decisionId: id, failures: 1 },
    ]);
  });

  it("signs what the lobe answered", () => {
    expect(commands([...valid, events.answered])).toEqual([
      { kind: "SignAttestation", decisionId: id, memberIndex: 0, reply: true, resultHash: RESULT_HASH },
    ]);
  });

  it("tells the others once per period until the result is final", () => {
    expect(commands(attested)).toEqual([{ kind: "BroadcastAttestation", decisionId: id, period: 2n }]);
    expect(commands(attested, headAt(105n))).toEqual([{ kind: "BroadcastAttestation", decisionId: id, period: 3n }]);
    expect(kinds([...attested, events.approved])).not.toContain("BroadcastAttestation");
  });

  it("does not ask the lobe about what is resolved", () => {
    expect(kinds([...valid, events.approved])).not.toContain("AskLobe");
  });
});

describe("posting the result", () => {
  const quorum = [
    ...attested,
    events.received,
    { kind: "AttestationReceived", attestation: anAttestation(decision, 2), atBlock: 100n } as const,
  ];
  const order = memberOrder(id, "postResult", 4);
  const seat = (place: number) => aCommittee({ self: member(order[place] ?? 0) });
  const posts = (given: readonly JournalEvent[], view: CommitterView) =>
    commands(given, view).filter(({ kind }) => kind === "PostResult");

  it("waits for a quorum", () => {
    expect(posts([...attested, events.received], aView({}, seat(0)))).toEqual([]);
    expect(posts(quorum, aView({}, seat(0)))).toMatchObject([
      { kind: "PostResult", reply: true, resultHash: RESULT_HASH, failures: 0 },
    ]);
  });

  it("waits for as many as the decision needs, however small the epoch's quorum", () => {
    const careful = aDecision("careful", { quorum: 4 });
    const attestedBy = (index: number): JournalEvent => ({
      kind: "AttestationReceived",
      attestation: anAttestation(careful, index),
      atBlock: 100n,
    });
    const { observed, finalised, validated, answered } = eventsOf(careful);
    const three = [observed, finalised, validated, answered, attestedBy(1), attestedBy(2), attestedBy(3)];
    const first = aCommittee({ self: member(memberOrder(careful.id, "postResult", 4)[0] ?? 0) });
    expect(posts(three, aView({}, first))).toEqual([]);
    expect(posts([...three, attestedBy(0)], aView({}, first))).toHaveLength(1);
  });

  it("is staged: the next in order acts a stagger later", () => {
    const at = (number: bigint, place: number) => posts(quorum, aView({ head: { number, time: 1_000n } }, seat(place)));
    expect(at(102n, 1)).toEqual([]);
    expect(at(103n, 1)).toHaveLength(1);
    expect(at(108n, 3)).toEqual([]);
    expect(at(109n, 3)).toHaveLength(1);
  });

  it("is left out when the chain shows a result, the deadline is over or it is under way", () => {
    expect(posts(quorum, aView({ headResolved: new Set([id]) }, seat(0)))).toEqual([]);
    expect(posts(quorum, aView({ head: { number: 100n, time: 10_001n } }, seat(0)))).toEqual([]);
    expect(posts([...quorum, prepared("postResult")], aView({}, seat(0)))).toEqual([]);
    expect(posts([...quorum, prepared("postResult"), confirmed("postResult")], aView({}, seat(0)))).toEqual([]);
  });

  it("after a failure everybody else gets a turn first, and after too many it stops without parking", () => {
    const failed = [...quorum, refused("postResult", 100n)];
    const at = (given: readonly JournalEvent[], number: bigint) =>
      posts(given, aView({ head: { number, time: 1_000n } }, seat(0)));
    expect(at(failed, 111n)).toEqual([]);
    expect(at(failed, 112n)).toMatchObject([{ failures: 1 }]);
    const often = [...failed, refused("postResult", 112n), refused("postResult", 124n)];
    expect(at(often, 500n)).toEqual([]);
    expect(kinds([...often, events.approved, events.ready])).toEqual(["CheckPolicy"]);
  });
});

describe("getting ready", () => {
  it("waits for the veto window by finalised time", () => {
    expect(kinds(approved, finalisedAt(100n, 949n))).toEqual([]);
    const onlyHead = aView({ finalised: { number: 100n, time: 949n }, head: { number: 120n, time: 2_000n } });
    expect(kinds(approved, onlyHead)).toEqual([]);
    expect(commands(approved, finalisedAt(100n, 950n))).toEqual([
      { kind: "FindReadyBlock", decisionId: id, readyAt: 950n, fromBlock: 92n },
    ]);
  });
});

describe("signing", () => {
  const committee = aCommittee({ minSigners: 4 });
  const view = (changes: Partial<CommitterView> = {}) => aView(changes, committee);

  it("asks the policy anew for every attempt", () => {
    expect(commands(ready, view())).toEqual([{ kind: "CheckPolicy", decisionId: id, attempt: 1 }]);
    expect(kinds(allowed, view({ finalised: { number: 104n, time: 1_000n } }))).toEqual(["ClaimAndSign"]);
    expect(commands(allowed, view({ finalised: { number: 105n, time: 1_000n } }))).toEqual([
      { kind: "CheckPolicy", decisionId: id, attempt: 2 },
    ]);
  });

  it("signs only what the verdict of this attempt allows", () => {
    expect(commands(allowed, view())).toEqual([
      { kind: "ClaimAndSign", decisionId: id, attempt: 1, signers: [0, 1, 2, 3] },
    ]);
    expect(kinds([...ready, events.denied], view())).toEqual([]);
    expect(kinds([...ready, verdictOf(decision, 0, "allow")], view())).toEqual(["CheckPolicy"]);
  });

  it("waits for enough members, and does without the banned", () => {
    expect(kinds(allowed, view({ connected: new Set([peer(1), peer(2)]) }))).toEqual([]);
    const ban: JournalEvent = { kind: "PeerBanned", peer: peer(1), code: "equivocation", evidenceHash: word("e") };
    expect(kinds([...allowed, ban], view())).toEqual([]);
  });

  it("is left to the others when this committer is not in the set", () => {
    const pair = (self: number) => aView({}, aCommittee({ self: member(self) }));
    const signing = [0, 1, 2, 3].filter((self) => kinds(allowed, pair(self)).includes("ClaimAndSign"));
    expect(signing).toHaveLength(2);
  });

  it("never rejoins an attempt that was started, also after a restart", () => {
    expect(kinds([...allowed, events.claimed, events.started], view())).toEqual([]);
    expect(kinds([...allowed, events.claimed, events.started, events.aborted], view())).toEqual([]);
    const later = view({ finalised: { number: 105n, time: 1_000n } });
    expect(kinds([...allowed, events.claimed, events.started], later)).toEqual(["CheckPolicy"]);
  });

  it("stops while finality stalls, while halted, and when the chain shows the execution", () => {
    expect(kinds(allowed, view({ finality: "stalled" }))).toEqual([]);
    expect(kinds([...allowed, { kind: "SigningHalted", reason: "alarm" }], view())).toEqual([]);
    expect(kinds(allowed, view({ headExecuted: new Set([id]) }))).toEqual([]);
  });
});

describe("an epoch whose members see different chains", () => {
  const paused = aView({}, aCommittee({ isPaused: true }));

  it("attests, posts, signs and executes nothing", () => {
    for (const given of [valid, [...valid, events.answered], attested, ready, signed]) {
      expect(kinds(given)).not.toEqual([]);
      expect(kinds(given, paused)).toEqual([]);
    }
    const signing = (changes: { readonly isPaused?: true }) =>
      [0, 1, 2, 3].flatMap((self) => kinds(allowed, aView({}, aCommittee({ self: member(self), ...changes }))));
    expect(signing({})).toContain("ClaimAndSign");
    expect(signing({ isPaused: true })).toEqual([]);
  });

  it("still validates, and closes what the chain has decided", () => {
    expect(kinds(open, paused)).toEqual(["ValidateDecision"]);
    expect(kinds([...approved, events.executed], paused)).toEqual(["CloseDecision"]);
  });
});

describe("executing", () => {
  const order = memberOrder(id, "execute", 4);
  const seat = (place: number, changes: Partial<CommitterView> = {}) =>
    aView(changes, aCommittee({ self: member(order[place] ?? 0) }));

  it("shares the signature and executes in order", () => {
    expect(commands(signed, seat(0))).toEqual([
      { kind: "RebroadcastSignature", decisionId: id, period: 0n },
      { kind: "Execute", decisionId: id, signature: signatureOf("group"), failures: 0 },
    ]);
    expect(kinds(signed, seat(1))).toEqual(["RebroadcastSignature"]);
    expect(kinds(signed, seat(1, { head: { number: 103n, time: 1_000n } }))).toContain("Execute");
  });

  it("a signature from a peer is as good as an own one", () => {
    expect(kinds([...ready, events.signed], seat(0))).toContain("Execute");
  });

  it("stops once a block holds the execution", () => {
    expect(kinds(signed, seat(0, { headExecuted: new Set([id]) }))).toEqual([]);
  });

  it("does not start a transaction that would come after the deadline", () => {
    expect(kinds(signed, seat(0, { head: { number: 100n, time: 10_000n } }))).toContain("Execute");
    expect(kinds(signed, seat(0, { head: { number: 100n, time: 10_001n } }))).toEqual(["RebroadcastSignature"]);
  });

  it("does not start a second transaction", () => {
    expect(kinds([...signed, prepared("execute")], seat(0))).toEqual(["SendTransaction", "RebroadcastSignature"]);
    expect(kinds([...signed, prepared("execute"), confirmed("execute")], seat(0))).toEqual(["RebroadcastSignature"]);
  });

  it("parks what keeps failing, with the reason, and leaves other decisions alone", () => {
    const failing = [...signed, ...[100n, 112n, 124n].map((at) => refused("execute", at))];
    expect(commands(failing, seat(0))).toEqual([{ kind: "Park", decisionId: id, reason: "no gas money" }]);
    const other = eventsOf(aDecision("two"));
    const parked = [...failing, events.parked, other.observed, other.finalised];
    expect(kinds(parked, seat(0))).toEqual(["ValidateDecision"]);
  });
});

describe("closing", () => {
  const agent = (landedAt: ReadonlyMap<bigint, bigint>): AgentView => ({ agentId: AGENT, sequence: 8n, landedAt });
  const bound = aDecision("bound", { expectedSequence: 7n });
  const boundOpen = [eventsOf(bound).observed, eventsOf(bound).finalised];
  const retired = (retiredAt: bigint) => aView({}, aCommittee({ retiredAt }));
  const states = (given: readonly JournalEvent[], view: CommitterView) =>
    commands(given, view).map((command) => (command.kind === "CloseDecision" ? command.state : command.kind));

  it.each([
    ["Executed", [...signed, events.executed], aView()],
    ["Vetoed", [...approved, events.vetoed], aView()],
    ["Cancelled", [...open, events.cancelled], aView()],
    ["Rejected", [...valid, events.rejected], aView()],
    ["Expired", valid, finalisedAt(100n, 10_001n)],
    ["Expired", signed, finalisedAt(100n, 10_001n)],
    ["Stale", allowed, retired(999n)],
    ["Stale", boundOpen, aView({ agents: new Map([[AGENT, agent(new Map([[7n, 900n]]))]]) })],
    ["Stale", boundOpen, aView({ agents: new Map([[AGENT, agent(new Map())]]) })],
    ["Expired", [...open, events.refused], finalisedAt(100n, 10_001n)],
    ["Expired", [...signed, events.parked], finalisedAt(100n, 10_001n)],
  ] as const)("closes as %s (%#) and does nothing else", (state, given, view) => {
    expect(states(given, view)).toEqual([state]);
  });

  it("goes by the finalised time, not by the head's", () => {
    expect(states(valid, aView({ head: { number: 200n, time: 20_000n } }))).toEqual(["AskLobe"]);
  });

  it("the own result moves the sequence without making the decision stale", () => {
    const view = aView({ agents: new Map([[AGENT, agent(new Map([[7n, 900n]]))]]) });
    const boundEvents = eventsOf(bound);
    expect(states([...boundOpen, boundEvents.validated, boundEvents.approved, boundEvents.ready], view)).toEqual([
      "CheckPolicy",
    ]);
  });

  it("a decision for the agent's present sequence is not stale", () => {
    const present: AgentView = { agentId: AGENT, sequence: 7n, landedAt: new Map([[6n, 900n]]) };
    expect(states(boundOpen, aView({ agents: new Map([[AGENT, present]]) }))).toEqual(["ValidateDecision"]);
  });

  it("is done also while halted", () => {
    expect(states([...signed, events.executed, { kind: "SigningHalted", reason: "alarm" }], aView())).toEqual([
      "Executed",
    ]);
  });

  it("after it nothing is done", () => {
    expect(kinds([...signed, events.executed, events.closed])).toEqual([]);
  });
});

describe("transactions", () => {
  const sentOne = [...signed, prepared("execute"), sent("execute")];
  const first = (given: readonly JournalEvent[], view: CommitterView) => commands(given, view)[0];

  it("sends what is prepared, also after a restart that does not know whether it left", () => {
    expect(first([...signed, prepared("execute")], aView())).toEqual({
      kind: "SendTransaction",
      purpose: "execute",
      decisionId: id,
      hash: word("execute"),
      raw: "0x01",
    });
  });

  it("waits for a sent one, and offers it again when it is stuck", () => {
    expect(first(sentOne, headAt(110n))?.kind).toBe("RebroadcastSignature");
    expect(first(sentOne, headAt(111n))).toMatchObject({ kind: "ReplaceTransaction", nonce: 0, period: 1n });
    expect(first(sentOne, headAt(121n))).toMatchObject({ kind: "ReplaceTransaction", period: 2n });
  });

  it("reconciles when the nonce is used up, prepared or sent", () => {
    for (const given of [[...signed, prepared("execute")], sentOne]) {
      expect(first(given, aView({ minedNonce: 1 }))).toEqual({
        kind: "ReconcileTransaction",
        purpose: "execute",
        decisionId: id,
        nonce: 0,
        hashes: [word("execute")],
        atBlock: 100n,
      });
    }
  });

  it("looks after the transaction of a decision that is closed, so that its nonce leaves no gap", () => {
    const closed = [...signed, prepared("execute"), events.executed, events.closed];
    expect(kinds(closed)).toEqual(["SendTransaction"]);
    expect(kinds(closed, aView({ minedNonce: 1 }))).toEqual(["ReconcileTransaction"]);
  });
});

describe("issued commands", () => {
  it("are not given again", () => {
    for (const given of [open, valid, [...valid, events.answered], attested, ready, allowed, signed]) {
      const issued = new Set(commands(given).map(commandKey));
      expect(commands(given, aView({ issued }))).toEqual([]);
    }
  });

  it("what was issued in one attempt or period does not hold back the next", () => {
    const later = finalisedAt(105n);
    for (const given of [attested, ready, signed]) {
      const issued = new Set(commands(given).map(commandKey));
      expect(commands(given, { ...later, issued }).length).toBeGreaterThan(0);
    }
  });

  it("only those that leave no trace in the journal stay issued", () => {
    const given = [attested, signed].flatMap((each) => commands(each));
    expect(given.filter(isPeriodic).map(({ kind }) => kind)).toEqual(["BroadcastAttestation", "RebroadcastSignature"]);
    const stuck = commands([...signed, prepared("execute"), sent("execute")], headAt(111n));
    const used = commands([...signed, prepared("execute")], aView({ minedNonce: 1 }));
    expect([stuck[0], used[0]].map((command) => command !== undefined && isPeriodic(command))).toEqual([true, true]);
  });

  it("one decision's commands do not depend on another's", () => {
    const other = eventsOf(aDecision("two"));
    const both = [...signed, other.observed, other.finalised, other.validated];
    const alone = commands(signed);
    expect(commands(both).filter(({ decisionId }) => decisionId === id)).toEqual(alone);
  });
});

function prepared(purpose: "execute" | "postResult"): JournalEvent {
  const transaction = { hash: word(purpose), raw: "0x01", maxFeePerGasWei: 10n } as const;
  return { kind: "TransactionPrepared", purpose, decisionId: id, nonce: 0, transaction, atBlock: 100n };
}

function sent(purpose: "execute" | "postResult"): JournalEvent {
  return { kind: "TransactionSent", purpose, decisionId: id, hash: word(purpose), atBlock: 101n };
}

function confirmed(purpose: "execute" | "postResult"): JournalEvent {
  const outcome = { kind: "succeeded" } as const;
  return {
    kind: "TransactionConfirmed",
    purpose,
    decisionId: id,
    hash: word(purpose),
    outcome,
    atBlock: block(99n).number,
  };
}

function refused(purpose: "execute" | "postResult", atBlock: bigint): JournalEvent {
  return { kind: "TransactionRefused", purpose, decisionId: id, reason: "no gas money", atBlock };
}
