import { encodeAbiParameters } from "viem/utils";
import { describe, expect, it } from "vitest";
import { SUBMISSION_DATA } from "../../src/decision/encoding.ts";
import {
  type Decision,
  explainDecisionViolation,
  MAX_BOUNDS,
  MAX_CALLDATA_BYTES,
  MAX_CALLS,
  payloadHash,
  toCommitteeId,
  toDecisionId,
  toEpoch,
  type ValidationContext,
  validateDecision,
  ZERO_ADDRESS,
} from "../../src/index.ts";
import { account, aDecision, anAction, CHAIN_ID, COMMITTEE, EPOCH, REGISTRY, TOKEN, VAULT, word } from "../builders.ts";

function recordOf(decision: Decision) {
  const { action, deadline, salt, committeeId, epoch, policyHash, quorum, vetoWindow } = decision;
  const { expectedSequence, expectedStateRoot, predecessor } = decision;
  const binding = { expectedSequence, expectedStateRoot, predecessor };
  const snapshot = [committeeId, epoch, policyHash, quorum, vetoWindow] as const;
  const values = [action, deadline, binding, salt, ...snapshot] as const;
  return { decision, eventData: encodeAbiParameters(SUBMISSION_DATA, values) };
}

function contextOf(decision: Decision, changes: Partial<ValidationContext> = {}): ValidationContext {
  return {
    result: "open",
    chainId: CHAIN_ID,
    decisionRegistry: REGISTRY,
    storedPayloadHash: payloadHash(decision.action),
    agent: { committeeId: COMMITTEE, vault: VAULT, submitter: ZERO_ADDRESS, sequence: 7n },
    activeEpoch: EPOCH,
    now: 1_000n,
    marginSeconds: 50n,
    ...changes,
  };
}

function codesOf(decision: Decision, changes: Partial<ValidationContext> = {}): readonly string[] {
  return validateDecision(recordOf(decision), contextOf(decision, changes)).map(({ code }) => code);
}

const agentWith = (changes: Partial<ValidationContext["agent"]>) => ({
  agent: { ...contextOf(aDecision()).agent, ...changes },
});
const call = { target: TOKEN, value: 0n, data: "0x12345678" } as const;
const bound = { asset: TOKEN, maxOut: 1n, minIn: 0n };

describe("validateDecision", () => {
  it("finds nothing wrong with a right record", () => {
    expect(codesOf(aDecision())).toEqual([]);
    expect(codesOf(aDecision("bound", { expectedSequence: 7n }))).toEqual([]);
    expect(codesOf(aDecision("last second", { deadline: 1_151n }))).toEqual([]);
  });

  it("recomputes the id from the content", () => {
    expect(codesOf({ ...aDecision(), id: toDecisionId(word("other")) })).toEqual(["ID_MISMATCH"]);
    expect(codesOf({ ...aDecision(), salt: word("other") })).toEqual(["ID_MISMATCH"]);
  });

  it("compares the payload hash with the action and with what the registry stores", () => {
    expect(codesOf({ ...aDecision(), payloadHash: word("other") })).toEqual(["PAYLOAD_HASH_MISMATCH"]);
    expect(codesOf(aDecision(), { storedPayloadHash: word("other") })).toEqual(["PAYLOAD_HASH_MISMATCH"]);
  });

  it("sees an action that was swapped for another", () => {
    const swapped = { ...aDecision(), action: anAction({ gasFloor: 1n }) };
    expect(codesOf(swapped)).toEqual(["ID_MISMATCH", "PAYLOAD_HASH_MISMATCH"]);
  });

  it("refuses bytes that the content does not account for", () => {
    const record = recordOf(aDecision());
    const longer = { ...record, eventData: `${record.eventData}00` as const };
    expect(validateDecision(longer, contextOf(record.decision))).toMatchObject([
      { code: "TRAILING_BYTES", given: record.eventData.length / 2, canonical: record.eventData.length / 2 - 1 },
    ]);
  });

  it.each([
    ["WRONG_CHAIN", { action: anAction({ chainId: 1n }) }, {}],
    ["WRONG_VAULT", { action: anAction({ vault: TOKEN }) }, {}],
    ["WRONG_COMMITTEE", { committeeId: toCommitteeId(word("other")) }, {}],
    ["SUBMITTER_NOT_ALLOWED", {}, agentWith({ submitter: account("the only one") })],
    ["SEQUENCE_STALE", { expectedSequence: 6n }, {}],
    ["SEQUENCE_STALE", { expectedSequence: 8n }, {}],
    ["DEADLINE_TOO_NEAR", { deadline: 1_150n }, {}],
    ["DEADLINE_TOO_NEAR", { deadline: 1_151n, vetoWindow: 101n }, {}],
    ["EPOCH_NOT_ACTIVE", { epoch: toEpoch(2n) }, {}],
    ["WITHOUT_CALLS", { action: anAction({ calls: [] }) }, {}],
    ["TOO_MANY_CALLS", { action: anAction({ calls: Array.from({ length: MAX_CALLS + 1 }, () => call) }) }, {}],
    ["TOO_MANY_BOUNDS", { action: anAction({ bounds: Array.from({ length: MAX_BOUNDS + 1 }, () => bound) }) }, {}],
    [
      "CALLDATA_TOO_LONG",
      { action: anAction({ calls: [{ ...call, data: `0x${"01".repeat(MAX_CALLDATA_BYTES + 1)}` }] }) },
      {},
    ],
  ] as const)("names %s alone", (code, decision, context) => {
    expect(codesOf(aDecision("bad", decision), context)).toEqual([code]);
  });

  it("refuses when no epoch is active", () => {
    const { activeEpoch: _none, ...context } = contextOf(aDecision());
    expect(validateDecision(recordOf(aDecision()), context)).toMatchObject([
      { code: "EPOCH_NOT_ACTIVE", active: undefined },
    ]);
  });

  it("takes as many calls, bounds and bytes as are allowed", () => {
    const calls = Array.from({ length: MAX_CALLS }, () => call);
    const bounds = Array.from({ length: MAX_BOUNDS }, () => bound);
    expect(codesOf(aDecision("full", { action: anAction({ calls, bounds }) }))).toEqual([]);
    const data = `0x${"01".repeat(MAX_CALLDATA_BYTES)}` as const;
    expect(codesOf(aDecision("long", { action: anAction({ calls: [{ ...call, data }] }) }))).toEqual([]);
  });

  it("lets the one submitter of an agent submit", () => {
    expect(codesOf(aDecision(), agentWith({ submitter: account("submitter") }))).toEqual([]);
  });

  it("names all violations at once", () => {
    const decision = aDecision("all", { action: anAction({ chainId: 1n, calls: [] }), deadline: 1n });
    expect(codesOf(decision)).toEqual(["WRONG_CHAIN", "DEADLINE_TOO_NEAR", "WITHOUT_CALLS"]);
  });

  it("a committer that comes late takes up what is resolved: the sequence has moved by the result itself", () => {
    const late = aDecision("late", { expectedSequence: 6n, deadline: 1_001n });
    expect(codesOf(late, { result: "recorded" })).toEqual([]);
    expect(codesOf(aDecision("over", { deadline: 1_000n }), { result: "recorded" })).toEqual(["DEADLINE_TOO_NEAR"]);
  });

  it("explains every violation with its values", () => {
    const decision = aDecision("all", { action: anAction({ chainId: 1n, vault: TOKEN, calls: [] }), deadline: 1n });
    const record = { ...recordOf(decision), eventData: "0x" as const };
    const sentences = validateDecision(record, contextOf(decision)).map(explainDecisionViolation);
    expect(sentences).toEqual([
      expect.stringContaining("has 0 bytes"),
      "the action is for chain 1, this is chain 31337",
      `the action is for vault ${TOKEN}, the agent's vault is ${VAULT}`,
      "the deadline 1 is not after 1150, the earliest that leaves time to sign",
      "the action has no calls",
    ]);
  });
});
