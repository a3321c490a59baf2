import { chmodSync, cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type CommitterView, type JournalEvent, nextCommands, payloadHash } from "@synod/core";
import { keccak256, stringToHex } from "viem";
import { expect, test } from "vitest";
import { openStores, type Stores } from "../src/stores.ts";
import { sampleDecision } from "./support/sample-decision.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const decision = sampleDecision({ payloadHash: payloadHash(sampleDecision().action) });
const { id: decisionId, epoch } = decision;
const block = { number: 5n, hash: `0x${"f1".repeat(32)}` } as const;
const digest = keccak256(stringToHex("digest"));
const BEFORE: readonly JournalEvent[] = [
  { kind: "DecisionObserved", decision, block, logIndex: 0 },
  { kind: "DecisionFinalised", decisionId, block },
  { kind: "DecisionValidated", decisionId },
];
const AFTER: readonly JournalEvent[] = [
  { kind: "ResultObserved", decisionId, reply: true, resultHash: digest, readyAt: 1n, block },
  { kind: "SignClaimed", decisionId, epoch, digest },
  { kind: "SigningAttemptStarted", decisionId, attempt: 0, signers: [] },
];

function openFor(directory: string, work: (stores: Stores) => void): void {
  const stores = openStores(directory);
  try {
    work(stores);
  } finally {
    stores.database.close();
  }
}

/** A data folder in which a decision was claimed, and a backup of it from before. */
function claimedAndBackup() {
  const root = temporaryFolder();
  const [directory, backup] = [join(root, "data"), join(root, "backup")];
  openFor(directory, ({ memory }) => memory.record(BEFORE));
  cpSync(directory, backup, { recursive: true });
  openFor(directory, ({ memory, claims }) => {
    expect(claims.claim({ decisionId, epoch, digest }).kind).toBe("claimed");
    memory.record(AFTER);
  });
  return { directory, backup };
}

function viewAt(number: bigint): CommitterView {
  const at = { number, time: 100n };
  return {
    finalised: at,
    head: at,
    finality: "advancing",
    committees: new Map(),
    agents: new Map(),
    connected: new Set(),
    headResolved: new Set(),
    headExecuted: new Set(),
    minedNonce: 0,
    issued: new Set(),
    settings: { attemptBlocks: 5n, submitStaggerBlocks: 3n, stuckBlocks: 9n, maxFailures: 5 },
  };
}

test("a restored backup reads from the chain what it has missed, and closes what is over instead of signing it", () => {
  const { directory, backup } = claimedAndBackup();
  rmSync(directory, { recursive: true });
  cpSync(backup, directory, { recursive: true });
  chmodSync(directory, 0o700);
  openFor(directory, ({ memory, claims }) => {
    expect(memory.state.open.get(decisionId)?.claim).toBeUndefined();
    memory.record([
      { kind: "ResultObserved", decisionId, reply: true, resultHash: digest, readyAt: 1n, block },
      { kind: "EndingObserved", decisionId, ending: "executed", block },
    ]);
    const commands = nextCommands(memory.state, viewAt(9n));
    expect(commands).toEqual([{ kind: "CloseDecision", decisionId, state: "Executed" }]);
    expect(claims.claim({ decisionId, epoch, digest }).kind).toBe("claimed");
  });
  expect(readdirSync(directory).sort()).toEqual(["audit.jsonl", "committer.db", "lock"]);
});

test("a restored database beside an audit log that is newer is refused: somebody must look", () => {
  const { directory, backup } = claimedAndBackup();
  for (const name of readdirSync(directory).filter((file) => file.startsWith("committer.db")))
    rmSync(join(directory, name));
  cpSync(join(backup, "committer.db"), join(directory, "committer.db"));
  expect(() => openStores(directory)).toThrow(expect.objectContaining({ code: "auditBroken" }));
});

test("after a crash the claim and the attempt are still held, and another digest is not", () => {
  const { directory } = claimedAndBackup();
  openFor(directory, ({ memory, claims }) => {
    expect(memory.state.open.get(decisionId)).toMatchObject({ claim: { digest }, attempt: { attempt: 0 } });
    const other = keccak256(stringToHex("other"));
    expect(claims.claim({ decisionId, epoch, digest: other })).toEqual({ kind: "conflict", existing: digest });
  });
});
