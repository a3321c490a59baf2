import { describe, expect, it } from "vitest";
import {
  authorizationDigest,
  authorizeSigning,
  type Decision,
  type JournalEvent,
  judgeDecision,
  type PolicySnapshot,
  rebuildAuthorization,
  replay,
} from "../../src/index.ts";
import {
  aDecision,
  anAction,
  aPolicy,
  aSnapshot,
  block,
  calldata,
  eventsOf,
  PAYEE,
  REGISTRY,
  TOKEN,
  TRANSFER,
  word,
} from "../builders.ts";

function spending(name: string, amount: bigint): Decision {
  const calls = [{ target: TOKEN, value: 0n, data: calldata(TRANSFER, PAYEE, amount) }];
  return aDecision(name, { action: anAction({ calls }) });
}

const decision = spending("one", 5n);
const intent = rebuildAuthorization(decision, REGISTRY);
const digest = authorizationDigest(intent);
const { id: decisionId, epoch } = decision;

function readyEvents(each: Decision): JournalEvent[] {
  const events = eventsOf(each);
  return [events.observed, events.finalised, events.validated, events.approved, events.ready];
}

const ready = readyEvents(decision);
const claim: JournalEvent = { kind: "SignClaimed", decisionId, epoch, digest };

function ask(given: readonly JournalEvent[], snapshot: PolicySnapshot = aSnapshot(), now = 1_000n) {
  return authorizeSigning(replay(given), { decisionId, snapshot, registry: REGISTRY, now });
}

function refusals(given: readonly JournalEvent[], snapshot?: PolicySnapshot, now?: bigint): readonly string[] {
  const answer = ask(given, snapshot, now);
  return answer.kind === "refused" ? answer.refusals.map(({ code }) => code) : [];
}

describe("rebuildAuthorization", () => {
  it("takes every field from the record", () => {
    expect(intent).toEqual({
      kind: "authorization",
      chainId: decision.action.chainId,
      vault: decision.action.vault,
      decisionId,
      agentId: decision.agentId,
      committeeId: decision.committeeId,
      epoch,
      payloadHash: decision.payloadHash,
      policyHash: decision.policyHash,
      deadline: decision.deadline,
      registry: REGISTRY,
    });
  });
});

describe("authorizeSigning", () => {
  it("authorises a ready decision and names the claim it needs", () => {
    expect(ask(ready)).toEqual({
      kind: "authorized",
      intent,
      claim: { decisionId, epoch, digest },
      verdict: judgeDecision(replay(ready), decisionId, aSnapshot()),
    });
  });

  it("authorises the claimed digest again: another session may sign the same", () => {
    expect(ask([...ready, claim]).kind).toBe("authorized");
  });

  it("refuses any other digest than the claimed one", () => {
    const other: JournalEvent = { kind: "SignClaimed", decisionId, epoch, digest: word("other") };
    expect(ask([...ready, other])).toMatchObject({
      kind: "refused",
      refusals: [{ code: "CLAIM_CONFLICT", held: word("other"), rebuilt: digest }],
    });
  });

  const events = eventsOf(decision);
  const without = (kind: JournalEvent["kind"]) => ready.filter((event) => event.kind !== kind);
  it.each([
    ["UNKNOWN_DECISION", []],
    ["NOT_FINAL", without("DecisionFinalised")],
    ["NOT_VALID", without("DecisionValidated")],
    ["NOT_VALID", [events.observed, events.finalised, events.refused, events.approved, events.ready]],
    ["NOT_APPROVED", without("ResultObserved")],
    ["NOT_APPROVED", [events.observed, events.finalised, events.validated, events.rejected]],
    ["ENDED", [...ready, events.vetoed]],
    ["ENDED", [...ready, events.executed]],
    ["PARKED", [...ready, events.parked]],
    ["HALTED", [...ready, { kind: "SigningHalted", reason: "alarm" }]],
  ] as const)("refuses with %s (%#)", (code, given) => {
    expect(refusals(given)).toEqual([code]);
  });

  it("refuses before the veto window is over and after the deadline", () => {
    expect(refusals(ready, undefined, 949n)).toEqual(["NOT_READY"]);
    expect(refusals(ready, undefined, 950n)).toEqual([]);
    expect(refusals(ready, undefined, 10_000n)).toEqual([]);
    expect(refusals(ready, undefined, 10_001n)).toEqual(["DEADLINE_PASSED"]);
  });

  it("refuses a record whose action does not hash to its payload hash", () => {
    const changed: Decision = { ...decision, action: anAction({ gasFloor: 1n }) };
    expect(refusals(readyEvents(changed))).toEqual(["PAYLOAD_CHANGED"]);
  });

  it("refuses what the policy denies now, whatever an earlier verdict said", () => {
    const full = aSnapshot(aPolicy(), { spentInWindow: new Map([[TOKEN.toLowerCase() as typeof TOKEN, 16n]]) });
    const answer = ask([...ready, events.allowed], full);
    expect(answer).toMatchObject({
      kind: "refused",
      refusals: [{ code: "POLICY_DENIES", violations: [{ code: "OVER_WINDOW_CAP" }] }],
    });
  });

  it("names all refusals at once", () => {
    expect(refusals([events.observed], aSnapshot(aPolicy({ calls: [], assets: [] })), 20_000n)).toEqual([
      "NOT_FINAL",
      "NOT_VALID",
      "NOT_APPROVED",
      "DEADLINE_PASSED",
      "POLICY_DENIES",
    ]);
  });
});

describe("reservations", () => {
  const rival = spending("rival", 8n);
  const rivalEvents = eventsOf(rival);
  const held = spending("held", 8n);
  const heldEvents = eventsOf(held);
  const decide = (...given: readonly JournalEvent[]) => refusals([...ready, ...readyEvents(rival), ...given]);

  it("an unclaimed rival costs nothing, claimed ones are counted until they close", () => {
    expect(decide()).toEqual([]);
    expect(decide(rivalEvents.claimed)).toEqual([]);
    const both = [rivalEvents.claimed, ...readyEvents(held), heldEvents.claimed];
    expect(decide(...both)).toEqual(["POLICY_DENIES"]);
    const expired: JournalEvent = { kind: "DecisionClosed", decisionId: held.id, state: "Expired" };
    expect(decide(...both, expired)).toEqual([]);
    expect(decide(...both, heldEvents.cancelled)).toEqual([]);
  });

  it("a signature made by others counts like an own claim", () => {
    expect(decide(rivalEvents.signed, ...readyEvents(held), heldEvents.signed)).toEqual(["POLICY_DENIES"]);
  });

  it("an execution newer than the snapshot is counted, an older one is in the snapshot", () => {
    const executed = (atBlock: bigint): JournalEvent[] => [
      rivalEvents.claimed,
      ...readyEvents(held),
      heldEvents.claimed,
      { kind: "EndingObserved", decisionId: held.id, ending: "executed", block: block(atBlock) },
    ];
    const closed: JournalEvent = { kind: "DecisionClosed", decisionId: held.id, state: "Executed" };
    expect(decide(...executed(11n))).toEqual(["POLICY_DENIES"]);
    expect(decide(...executed(10n))).toEqual([]);
    expect(decide(...executed(11n), closed)).toEqual(["POLICY_DENIES"]);
    expect(decide(...executed(10n), closed)).toEqual([]);
  });

  it("a rival of another vault is not counted", () => {
    const elsewhere = aDecision("elsewhere", { action: anAction({ vault: PAYEE }) });
    const events = [...readyEvents(elsewhere), eventsOf(elsewhere).claimed];
    const many = [rivalEvents.claimed, ...events];
    expect(decide(...many)).toEqual([]);
  });
});

describe("judgeDecision", () => {
  it("knows only open decisions", () => {
    expect(judgeDecision(replay([]), decisionId, aSnapshot())).toBeUndefined();
    expect(judgeDecision(replay(ready), decisionId, aSnapshot())?.kind).toBe("allow");
  });
});
