import { epochKey, toEpoch } from "@synod/core";
import { type Hex, zeroAddress } from "viem";
import { expect, test } from "vitest";
import { Ceremony } from "../../src/committee/ceremony.ts";
import type { CeremonyContext } from "../../src/committee/context.ts";
import { EpochBook, type EpochEntry, type EpochStatus } from "../../src/committee/epoch-book.ts";
import type { EpochEvent } from "../../src/journal/events.ts";
import { decodeFrame, type PeerFrame } from "../../src/sessions/frame.ts";
import type { KeepOrder } from "../../src/sessions/messages.ts";
import { testNotices } from "../support/notices.ts";
import { ACTIVE_FACTS, SAMPLE_EPOCH, sampleIdentity } from "../support/sample-epoch.ts";

const { committeeId } = SAMPLE_EPOCH;
const EPOCH = toEpoch(2n);
const KEY = epochKey(committeeId, EPOCH);
const PEER = sampleIdentity("peer").peer;
const { groupKeyX, groupKeyY, recordHash } = ACTIVE_FACTS;
const OTHER: Hex = `0x${"0f".repeat(32)}`;
const SIGNATURE: Hex = `0x${"03".repeat(65)}`;

type World = {
  readonly status: EpochStatus;
  /** x of the key that the handover ended with. */
  readonly x?: Hex;
  readonly isRotation?: boolean;
  readonly isProved?: boolean;
  readonly openDecisions?: number;
  readonly pooled?: number;
  readonly knowsPredecessor?: boolean;
};

/** Epoch 2 of two members, both of which have stored their share of the key that epoch 1 has. */
function ceremonyIn(world: World) {
  const { status, x = groupKeyX, isRotation = false, isProved = false, openDecisions = 0, pooled = 9 } = world;
  const book = new EpochBook();
  const handover = { record: "0x01", signatures: ["0x02", "0x02"] } as const;
  const description = { groupKeyX: x, groupKeyY, recordHash };
  book.apply({ ...SAMPLE_EPOCH, epoch: EPOCH });
  book.apply({ kind: "KeygenAttemptStarted", committeeId, epoch: EPOCH, attempt: 0 });
  book.apply({ kind: "ShareStored", committeeId, epoch: EPOCH, attempt: 0, description, handover });
  if (isProved) book.apply({ kind: "HandoverProved", committeeId, epoch: EPOCH, signature: SIGNATURE });
  const confirmations = status === "proposed" ? 0n : 3n;
  book.setFacts(KEY, { ...ACTIVE_FACTS, status, confirmations });
  const { members, minSigners } = book.get(KEY) as EpochEntry;
  if (world.knowsPredecessor !== false)
    book.setPredecessor(KEY, { epoch: toEpoch(1n), facts: ACTIVE_FACTS, members, minSigners });
  const relayed: string[] = [];
  const done: string[] = [];
  const sent: (PeerFrame | undefined)[] = [];
  const at = { number: 40n, time: 400n };
  const context = {
    ...testNotices(),
    chainId: 31_337n,
    committeeRegistry: zeroAddress,
    attemptBlocks: 5n,
    submitStaggerBlocks: 0n,
    presignatures: { low: 2, high: 8, maxAgeBlocks: 100 },
    book,
    records: new Map([[epochKey(committeeId, toEpoch(1n)), Uint8Array.of(7)]]),
    succession: { refreshAfterSeconds: 0n, replaceAfterBlocks: 0n, standbys: [] },
    refreshRequests: { stands: () => false, settle: () => undefined },
    rotations: new Set(isRotation ? [KEY] : []),
    openDecisions: () => openDecisions,
    banned: () => new Map(),
    identity: { sign: async () => SIGNATURE, peer: sampleIdentity("self").peer },
    moment: () => ({ head: at, finalised: at }),
    transport: {
      connected: () => new Set([PEER]),
      send: (_to: Hex, frame: Uint8Array) => void sent.push(decodeFrame(frame)),
    },
    outbox: { relay: async (name: string) => void relayed.push(name.split(":")[0] ?? "") },
    host: {
      runs: () => [],
      pooled: () => pooled,
      run: () => new Promise(() => undefined),
      keep: async ({ kind }: KeepOrder) => {
        done.push(kind);
        return {};
      },
    },
    record: (event: EpochEvent) => {
      done.push(event.kind);
      book.apply(event);
    },
    wake: () => undefined,
    signal: new AbortController().signal,
  };
  const ceremony = new Ceremony(context as unknown as CeremonyContext, () => book.get(KEY) as EpochEntry);
  ceremony.onStored(PEER, 0, recordHash);
  return { ceremony, relayed, done, sent, at, alarms: context.alarms };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a handover that all have stored is confirmed, if the key is the one that was to stay", async () => {
  const { ceremony, relayed, alarms } = ceremonyIn({ status: "proposed" });
  ceremony.step();
  await settled();
  expect(relayed).toEqual(["confirm"]);
  expect(alarms.stands("recordMismatch")).toBe(false);
});

test("another key is never confirmed, unless the epoch is to have a new one", async () => {
  const wrong = ceremonyIn({ status: "proposed", x: OTHER });
  wrong.ceremony.step();
  await settled();
  expect(wrong.relayed).toEqual([]);
  expect(wrong.alarms.stands("recordMismatch")).toBe(true);
  const rotation = ceremonyIn({ status: "proposed", x: OTHER, isRotation: true });
  rotation.ceremony.step();
  await settled();
  expect(rotation.relayed).toEqual(["confirm"]);
});

test("nothing is confirmed while it is not known which key is to stay", async () => {
  const { ceremony, relayed } = ceremonyIn({ status: "proposed", knowsPredecessor: false });
  ceremony.step();
  await settled();
  expect(relayed).toEqual([]);
});

test.each([
  ["all is ready", {}, true],
  ["the old epoch has a decision to serve", { openDecisions: 1 }, false],
  ["there are too few presignatures", { pooled: 2 }, false],
] as const)("the switch is posted or not when %s", async (_when, world, isPosted) => {
  const { ceremony, relayed, done } = ceremonyIn({ status: "confirmed", isProved: true, ...world });
  ceremony.step();
  await settled();
  // The share is made one that signs first: until then nothing is posted.
  expect([done[0], relayed]).toEqual(["activate", []]);
  ceremony.step();
  await settled();
  expect(relayed).toEqual(isPosted ? ["activate"] : []);
});

test("who missed the proof asks for it once a block, and takes it only if it is the group key's", async () => {
  const { ceremony, sent, done, at } = ceremonyIn({ status: "active" });
  ceremony.step();
  ceremony.step();
  expect(sent).toEqual([{ kind: "ask", subject: ceremony.proof.subject }]);
  at.number += 1n;
  ceremony.step();
  expect(sent).toHaveLength(2);
  ceremony.onProof(SIGNATURE);
  await settled();
  expect(done).toEqual([]);
});

test("who knows what a peer lacks tells it", () => {
  const { ceremony, sent } = ceremonyIn({ status: "active", isProved: true });
  ceremony.onAsk(PEER, { kind: "ask", subject: ceremony.proof.subject });
  ceremony.onAsk(PEER, { kind: "ask", subject: ceremony.keygen.subject });
  ceremony.onAsk(PEER, { kind: "ask", subject: OTHER });
  expect(sent).toEqual([
    { kind: "signature", subject: ceremony.proof.subject, signature: SIGNATURE },
    { kind: "record", subject: ceremony.keygen.subject, record: Uint8Array.of(7) },
  ]);
});

test("the share of an epoch that was given up is destroyed", async () => {
  const { ceremony, done } = ceremonyIn({ status: "abandoned" });
  ceremony.step();
  await settled();
  expect(done).toEqual(["destroy", "ShareDestroyed"]);
});
