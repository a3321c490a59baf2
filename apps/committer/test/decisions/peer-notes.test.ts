import { EMPTY_STATE, epochKey, type JournalEvent, reduce } from "@synod/core";
import { type Hex, zeroAddress } from "viem";
import { expect, test } from "vitest";
import { EpochBook } from "../../src/committee/epoch-book.ts";
import type { DecisionContext } from "../../src/decisions/context.ts";
import { PeerNotes } from "../../src/decisions/peer-notes.ts";
import { testNotices } from "../support/notices.ts";
import { otherForms } from "../support/other-forms.ts";
import { sampleDecision } from "../support/sample-decision.ts";
import { ACTIVE_FACTS, SAMPLE_EPOCH, sampleIdentity } from "../support/sample-epoch.ts";

const decision = sampleDecision();
const { id: decisionId, committeeId, epoch } = decision;
const block = { number: 5n, hash: `0x${"f1".repeat(32)}` } as const;
const place = { chainId: 31_337n, decisionRegistry: zeroAddress };
const resultHash: Hex = `0x${"aa".repeat(32)}`;
const message = { decisionId, committeeId, epoch, reply: true, resultHash };

function notesOf(past: readonly JournalEvent[]) {
  const book = new EpochBook();
  book.apply(SAMPLE_EPOCH);
  book.setFacts(epochKey(committeeId, epoch), ACTIVE_FACTS);
  let state = past.reduce((before, event) => reduce(before, event), EMPTY_STATE);
  const recorded: JournalEvent[] = [];
  const record = (events: readonly JournalEvent[]) => {
    recorded.push(...events);
    state = events.reduce((before, event) => reduce(before, event), state);
  };
  const view = () => ({ head: { number: 9n } });
  const context = { ...testNotices(), ...place, book, view, record, state: () => state };
  return { notes: new PeerNotes(context as unknown as DecisionContext), recorded, record };
}

const OBSERVED = { kind: "DecisionObserved", decision, block, logIndex: 0 } as const;

async function frame(signer: "self" | "peer" = "peer") {
  const signature = await sampleIdentity(signer).sign({ kind: "attestation", place, message });
  return { kind: "attestation", decisionId, reply: true, resultHash, signature } as const;
}

test("an attestation that comes many times at once is journaled once", async () => {
  const { notes, recorded } = notesOf([OBSERVED]);
  const { peer } = sampleIdentity("peer");
  const same = await frame();
  await Promise.all(Array.from({ length: 5 }, () => notes.onAttestation(peer, same)));
  expect(recorded.map(({ kind }) => kind)).toEqual(["AttestationReceived"]);
});

test("an attestation counts for the member that sent and signed it, and for nobody else", async () => {
  const { notes, recorded } = notesOf([OBSERVED]);
  await notes.onAttestation(sampleIdentity("peer").peer, await frame("self"));
  await notes.onAttestation("0x02ff", await frame());
  expect(recorded).toEqual([]);
});

test.each(["highS", "smallV", "both"] as const)(
  "an attestation in a form that the registry refuses does not count: the form %s",
  async (form) => {
    const { notes, recorded } = notesOf([OBSERVED]);
    const genuine = await frame();
    const signature = otherForms(genuine.signature)[form];
    await notes.onAttestation(sampleIdentity("peer").peer, { ...genuine, signature });
    expect(recorded).toEqual([]);
  },
);

test("a forged signature is checked once: whoever sent it is not heard on that decision again", async () => {
  const { notes, recorded } = notesOf([OBSERVED]);
  const { peer } = sampleIdentity("peer");
  const signature: Hex = `0x${"11".repeat(64)}1b`;
  await notes.onAttestation(peer, { ...(await frame()), signature });
  await notes.onAttestation(peer, await frame());
  expect(recorded).toEqual([]);
});

test("of forged signatures that come at once, one is looked at", async () => {
  const { notes, recorded } = notesOf([OBSERVED]);
  const { peer } = sampleIdentity("peer");
  const honest = await frame();
  let looks = 0;
  const forged = {
    ...honest,
    get signature(): Hex {
      looks += 1;
      return `0x${"11".repeat(64)}1b`;
    },
  };
  await Promise.all(Array.from({ length: 100 }, () => notes.onAttestation(peer, forged)));
  expect([looks, recorded]).toEqual([1, []]);
});

test("what comes before its decision is seen is taken up later, and one peer keeps a bounded number", async () => {
  const { notes, recorded, record } = notesOf([]);
  const { peer } = sampleIdentity("peer");
  const early = await frame();
  const other = (index: number): Hex => `0x${index.toString(16).padStart(64, "0")}`;
  await notes.onAttestation(peer, early);
  for (let index = 0; index < 63; index += 1) await notes.onAttestation(peer, { ...early, decisionId: other(index) });
  record([OBSERVED]);
  await notes.onDecision(decisionId);
  expect(recorded.map(({ kind }) => kind)).toEqual(["DecisionObserved", "AttestationReceived"]);
  const late = notesOf([]);
  await late.notes.onAttestation(peer, early);
  for (let index = 0; index < 64; index += 1)
    await late.notes.onAttestation(peer, { ...early, decisionId: other(index) });
  late.record([OBSERVED]);
  await late.notes.onDecision(decisionId);
  expect(late.recorded.map(({ kind }) => kind)).toEqual(["DecisionObserved"]);
});
