import {
  type CommitterView,
  composePolicy,
  EMPTY_STATE,
  epochKey,
  type JournalEvent,
  type PolicySnapshot,
  payloadHash,
  policyHash,
  reduce,
  toMemberIndex,
} from "@synod/core";
import { MemorySignClaims } from "@synod/storage";
import { partyIndex } from "@synod/tss";
import { zeroAddress } from "viem";
import { expect, test } from "vitest";
import { EpochBook } from "../../src/committee/epoch-book.ts";
import type { DecisionContext } from "../../src/decisions/context.ts";
import { claimAndSign } from "../../src/decisions/handlers/claim-and-sign.ts";
import type { RunOutcome } from "../../src/sessions/messages.ts";
import { testNotices } from "../support/notices.ts";
import { sampleDecision, TOKEN, VAULT } from "../support/sample-decision.ts";
import { ACTIVE_FACTS, SAMPLE_EPOCH, sampleIdentity } from "../support/sample-epoch.ts";

const POLICY = composePolicy({
  calls: [{ target: TOKEN, selector: "0xa9059cbb" }],
  assets: [{ asset: TOKEN, maxPerTransaction: 1_000n, maxPerWindow: 1_000n, windowSeconds: 60n }],
});
const decision = sampleDecision({
  payloadHash: payloadHash(sampleDecision().action),
  policyHash: policyHash(POLICY),
});
const { id: decisionId } = decision;
const block = { number: 5n, hash: `0x${"f1".repeat(32)}` } as const;
const PAST: readonly JournalEvent[] = [
  { kind: "DecisionObserved", decision, block, logIndex: 0 },
  { kind: "DecisionFinalised", decisionId, block },
  { kind: "DecisionValidated", decisionId },
  { kind: "ResultObserved", decisionId, reply: true, resultHash: block.hash, readyAt: 1n, block },
  { kind: "DecisionReady", decisionId, readyBlock: 10n },
  {
    kind: "PolicyVerdictRecorded",
    decisionId,
    attempt: 0,
    verdict: "allow",
    violations: [],
    charges: [],
    policyHash: decision.policyHash,
    asOfBlock: 10n,
  },
];
const ORDER = { kind: "ClaimAndSign", decisionId, attempt: 0, signers: [toMemberIndex(0), toMemberIndex(1)] } as const;
const SNAPSHOT: PolicySnapshot = {
  vault: VAULT,
  policy: POLICY,
  policyHash: decision.policyHash,
  spentInWindow: new Map(),
  executionsInSpan: 0n,
  asOfBlock: 10n,
  time: 100n,
};

const FAILED: RunOutcome = { kind: "failed", reason: "test" };

/** Signs attempt 0 at block 10; `meanwhile` happens while the provider reads the policy. Tells what was done, in order. */
async function sign(
  meanwhile: (book: EpochBook, at: { number: bigint; time: bigint }) => void,
  outcome: RunOutcome = FAILED,
) {
  const book = new EpochBook();
  book.apply(SAMPLE_EPOCH);
  const key = epochKey(SAMPLE_EPOCH.committeeId, SAMPLE_EPOCH.epoch);
  book.setFacts(key, ACTIVE_FACTS);
  const at = { number: 10n, time: 100n };
  const done: string[] = [];
  const claims = new MemorySignClaims();
  let state = PAST.reduce((before, event) => reduce(before, event), EMPTY_STATE);
  const view = (): Partial<CommitterView> => ({
    finalised: at,
    head: at,
    finality: "advancing",
    committees: book.views(),
    agents: new Map(),
    connected: new Set([sampleIdentity("peer").peer]),
    headResolved: new Set(),
    headExecuted: new Set(),
    minedNonce: 0,
    settings: { attemptBlocks: 5n, submitStaggerBlocks: 3n, stuckBlocks: 9n, maxFailures: 5 },
  });
  const context = {
    ...testNotices(),
    book,
    view,
    chainId: 31_337n,
    committeeRegistry: zeroAddress,
    decisionRegistry: zeroAddress,
    state: () => state,
    snapshots: {
      read: async () => {
        meanwhile(book, at);
        return SNAPSHOT;
      },
    },
    claims: {
      claim: (claim: Parameters<MemorySignClaims["claim"]>[0]) => {
        done.push("claim");
        return claims.claim(claim);
      },
    },
    record: (events: readonly JournalEvent[]) => {
      done.push(...events.map(({ kind }) => kind));
      state = events.reduce((before, event) => reduce(before, event), state);
    },
    evidence: {
      keep: () => {
        done.push("evidence");
        return block.hash;
      },
    },
    rehearsal: { reached: () => undefined },
    host: {
      runs: () => [],
      run: async () => {
        done.push("first message");
        return outcome;
      },
    },
  } as unknown as DecisionContext;
  const returned = await claimAndSign(context, ORDER);
  return [...done, ...returned.map(({ kind }) => kind)];
}

test("claim and attempt are durable, in this order, before the first message leaves", async () => {
  expect(await sign(() => undefined)).toEqual([
    "claim",
    "SignClaimed",
    "SigningAttemptStarted",
    "first message",
    "SigningAttemptAborted",
  ]);
});

test("a member that cheated is banned in the write that ends the attempt, and its evidence is kept before", async () => {
  const abort = {
    code: "equivocation",
    severity: "ban",
    culprits: [partyIndex(2)],
    blame: "public",
    round: 1,
    silent: [],
    evidence: [],
  } as const;
  const done = await sign(() => undefined, { kind: "aborted", abort });
  expect(done.slice(-3)).toEqual(["evidence", "PeerBanned", "SigningAttemptAborted"]);
});

test("a member that was silent is not blamed", async () => {
  const abort = {
    code: "timeout",
    severity: "retry",
    culprits: [],
    blame: "none",
    round: 1,
    silent: [partyIndex(2)],
    evidence: [],
  } as unknown as Extract<RunOutcome, { kind: "aborted" }>["abort"];
  const done = await sign(() => undefined, { kind: "aborted", abort });
  expect(done.slice(-2)).toEqual(["evidence", "SigningAttemptAborted"]);
});

test("an epoch that retired while the provider was slow signs nothing", async () => {
  const retire = (book: EpochBook) =>
    book.setFacts(epochKey(SAMPLE_EPOCH.committeeId, SAMPLE_EPOCH.epoch), {
      ...ACTIVE_FACTS,
      status: "retired",
      retiredAt: 99n,
    });
  expect(await sign((book) => retire(book))).toEqual([]);
});

test("an attempt whose time passed while the provider was slow is left to the next", async () => {
  const pass = (at: { number: bigint }) => {
    at.number = 15n;
  };
  expect(await sign((_book, at) => pass(at))).toEqual([]);
});

test("a deadline that passed while the provider was slow signs nothing", async () => {
  const pass = (at: { time: bigint }) => {
    at.time = decision.deadline + 1n;
  };
  expect(await sign((_book, at) => pass(at))).toEqual([]);
});
