import type { AuditEntry } from "@synod/core";
import type { DecisionRecord } from "@synod/sdk";
import { type Hex, zeroAddress } from "viem";
import { generatePrivateKey, privateKeyToAccount } from "viem/accounts";
import { beforeAll, describe, expect, it } from "vitest";
import type { AuditChain, DecisionFacts } from "../../src/audit/chain-facts.ts";
import { contradictionOf } from "../../src/audit/contradiction.ts";
import { requireComplete } from "../../src/audit/verify-logs.ts";
import { sealed, word } from "./sample-log.ts";

const decisionId = word("decision");
const digest = word("digest");
const resultHash = word("result");
const transaction = word("transaction");
const group = privateKeyToAccount(generatePrivateKey());
const decision: DecisionRecord = {
  id: decisionId,
  state: "Executed",
  agentId: word("agent"),
  committeeId: word("committee"),
  epoch: 1n,
  submitter: zeroAddress,
  payloadHash: word("payload"),
  policyHash: word("policy"),
  quorum: 2,
  vetoWindow: 0n,
  deadline: 100n,
  expectedSequence: 0n,
  predecessor: undefined,
  submittedAt: 1n,
  result: { reply: true, resultHash, attesters: [0, 2], resolvedAt: 2n },
  readyAt: 2n,
  executedAt: 3n,
  cancelledAt: undefined,
  vetoedAt: undefined,
};
const facts: DecisionFacts = { decision, digest, groupAddress: group.address, minSigners: 2 };
const chain: AuditChain = {
  factsOf: async (id) => (id === decisionId ? facts : undefined),
  fateOf: async (hash) => (hash === transaction ? "succeeded" : "unknown"),
  membersOf: async () => undefined,
  executed: async () => [decisionId],
};

let signature: Hex;
let foreign: Hex;
beforeAll(async () => {
  signature = await group.sign({ hash: digest });
  foreign = await privateKeyToAccount(generatePrivateKey()).sign({ hash: digest });
});

function told(fact: string, details: AuditEntry["details"], of: AuditChain = chain) {
  const [record] = sealed([{ fact, details: { decisionId, ...details } }]);
  return contradictionOf(record ?? expect.unreachable(), of);
}

describe("contradictionOf", () => {
  it("has nothing against what the chain says too", async () => {
    const said: readonly (readonly [string, AuditEntry["details"]])[] = [
      ["AttestationSigned", { memberIndex: "0", reply: "true", resultHash }],
      ["AttestationReceived", { memberIndex: "1", reply: "false", resultHash }],
      ["ResultObserved", { reply: "true", resultHash }],
      ["SignClaimed", { epoch: "1", digest }],
      ["SignatureProduced", { digest, signature, origin: "session" }],
      ["TransactionConfirmed", { hash: transaction, outcome: "succeeded", purpose: "execute" }],
      ["TransactionConfirmed", { hash: word("unheard of"), outcome: "unknown", purpose: "execute" }],
      ["DecisionClosed", { state: "Executed" }],
      ["DecisionParked", { reason: "target reverts" }],
    ];
    for (const [fact, details] of said) expect(await told(fact, details), fact).toBeUndefined();
  });

  it.each<[string, string, AuditEntry["details"], string]>([
    ["another reply of an attester", "AttestationSigned", { memberIndex: "2", reply: "false", resultHash }, "tells"],
    ["another result", "ResultObserved", { reply: "true", resultHash: word("x") }, "tells the result"],
    ["another reply", "ResultObserved", { reply: "false", resultHash }, "tells the result"],
    ["another claimed digest", "SignClaimed", { epoch: "1", digest: word("x") }, "signs digest"],
    ["another signed digest", "SignatureProduced", { digest: word("x"), origin: "session" }, "signs digest"],
    ["no signature", "SignatureProduced", { digest, origin: "session" }, "not by the group key"],
    ["half a signature", "SignatureProduced", { digest, signature: "0x12", origin: "session" }, "not by the group key"],
    ["a transaction that failed", "TransactionConfirmed", { hash: transaction, outcome: "reverted" }, "succeeded"],
    ["a transaction nobody knows", "TransactionConfirmed", { hash: word("x"), outcome: "succeeded" }, "unknown"],
    ["another end", "DecisionClosed", { state: "Vetoed" }, "on the chain it is Executed"],
    ["an unknown decision", "DecisionParked", { decisionId: word("x"), reason: "" }, "does not know"],
    ["what is no decision id", "DecisionParked", { decisionId: "7", reason: "" }, "does not know"],
  ])("finds %s", async (_name, fact, details, expected) => {
    expect(await told(fact, details)).toContain(expected);
  });

  it("finds a signature by another key", async () => {
    const found = await told("SignatureProduced", { digest, signature: foreign, origin: "session" });
    expect(found).toContain("not by the group key");
  });

  it("finds a signature of an epoch without a key", async () => {
    const keyless = { ...chain, factsOf: async () => ({ ...facts, groupAddress: undefined }) };
    expect(await told("SignatureProduced", { digest, signature, origin: "session" }, keyless)).toContain("group key");
  });

  it("finds a result and an end that the chain does not have yet", async () => {
    const pending: DecisionFacts = { ...facts, decision: { ...decision, state: "Pending", result: undefined } };
    const early = { ...chain, factsOf: async () => pending };
    expect(await told("ResultObserved", { reply: "true", resultHash }, early)).toContain("the chain has none");
    expect(await told("DecisionClosed", { state: "Pending" }, early)).toContain("on the chain it is Pending");
  });
});

describe("requireComplete", () => {
  const signed = () => {
    const records = sealed([{ fact: "SignatureProduced", details: { decisionId, digest, signature } }]);
    return { file: "signed", head: { length: 1, hash: records[0]?.hash ?? digest }, records };
  };
  const silent = { file: "silent", head: { length: 0, hash: digest }, records: [] };

  it("counts the logs with each executed decision's signature", async () => {
    expect(await requireComplete([signed(), silent, signed()], chain)).toEqual([
      { decisionId, logs: 2, minSigners: 2 },
    ]);
  });

  it("refuses fewer logs than committers that sign", async () => {
    await expect(requireComplete([signed(), silent, silent], chain)).rejects.toThrow(
      "1 of the logs hold the signature",
    );
  });
});
