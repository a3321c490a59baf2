import { EMPTY_STATE, type PeerAddress, type PeerId, reduce } from "@synod/core";
import { StorageError } from "@synod/storage";
import { expect, test } from "vitest";
import type { ChainMoment } from "../src/chain/follower.ts";
import type { PeerViews } from "../src/chain/peer-views.ts";
import { NoAgreementError } from "../src/chain/providers/no-agreement.ts";
import { Heart, type HeartParts } from "../src/heart.ts";
import type { Routes } from "../src/routes.ts";
import { decodeFrame, encodeFrame, type Slot } from "../src/sessions/frame.ts";
import type { RunState } from "../src/sessions/session-host.ts";
import { testNotices } from "./support/notices.ts";
import { sampleDecision } from "./support/sample-decision.ts";

const ALICE: PeerId = "0x02aa";
const BOB: PeerId = "0x02bb";
const REGISTERED = "/ip4/192.0.2.1/tcp/9001";
const decision = sampleDecision();
const block = { number: 5n, hash: `0x${"f1".repeat(32)}` } as const;

/** The decision is ready from block 10 on; with five blocks to an attempt, block 20 is in attempt 2. */
const STATE = [
  { kind: "DecisionObserved", decision, block, logIndex: 0 },
  { kind: "DecisionFinalised", decisionId: decision.id, block },
  { kind: "ResultObserved", decisionId: decision.id, reply: true, resultHash: block.hash, readyAt: 1n, block },
  { kind: "DecisionReady", decisionId: decision.id, readyBlock: 10n },
] as const;

function momentAt(number: bigint): ChainMoment {
  const at = { number, hash: `0x${number.toString(16).padStart(64, "0")}`, time: number } as const;
  return { head: at, finalised: at, finality: "advancing", unfinalised: [] };
}

function run(changes: Partial<RunState> = {}): RunState {
  const peers = new Map([[ALICE, 2]]);
  return { subject: decision.id, attempt: 1, ageMs: 0, isComplete: false, peers, ...changes };
}

/** A heart whose other parts note what is asked of them. */
function heartOf(world: {
  moment: () => Promise<ChainMoment | undefined>;
  runs?: readonly RunState[];
  peers?: readonly PeerId[];
  views?: Pick<PeerViews, "compare" | "onView">;
  routes?: Routes;
}) {
  const told: { readonly to: PeerId; readonly frame: Uint8Array }[] = [];
  const dialled: PeerAddress[] = [];
  const asked: string[] = [];
  const forgotten: ((slot: Slot) => boolean)[] = [];
  const memory = {
    processed: undefined as { number: bigint } | undefined,
    state: STATE.reduce((state, event) => reduce(state, event), EMPTY_STATE),
    record: (events: readonly { kind: string }[]) => void asked.push(...events.map(({ kind }) => kind)),
  };
  const parts = {
    ...testNotices(),
    attemptBlocks: 5n,
    routes: world.routes ?? new Map(),
    memory,
    reader: { onBlock: () => undefined },
    follower: { tick: world.moment },
    outbox: { tend: async () => undefined },
    world: { advance: async () => undefined },
    ceremonies: {
      refresh: async () => undefined,
      step: () => undefined,
      peers: () => (world.peers ?? []).map((publicKey) => ({ publicKey, endpoint: REGISTERED })),
      onSession: () => undefined,
      isPastBatch: ({ attempt }: Slot) => attempt < 100,
    },
    driver: { onBlock: () => undefined, drive: () => void asked.push("drive") },
    notes: {},
    courier: { step: async () => undefined },
    witness: {},
    views: world.views ?? { compare: async () => undefined },
    transport: {
      self: BOB,
      setPeers: (peers: readonly PeerAddress[]) => void dialled.push(...peers),
      send: (to: PeerId, frame: Uint8Array) => void told.push({ to, frame }),
    },
    host: {
      runs: () => world.runs ?? [],
      deliver: () => undefined,
      resend: () => undefined,
      resendTo: () => undefined,
      expire: ({ attempt }: RunState) => void asked.push(`expire ${attempt}`),
      forget: (isOver: (slot: Slot) => boolean) => void forgotten.push(isOver),
    },
  };
  return { heart: new Heart(parts as unknown as HeartParts), parts, asked, forgotten, told, dialled };
}

function sessionFrame(attempt: number): Uint8Array {
  const slot = { phase: "presign", subject: decision.id, attempt } as const;
  return encodeFrame({ kind: "session", slot, handle: new Uint8Array(32), payload: Uint8Array.of(1) });
}

test("nothing is done while the journal is ahead of the facts, because a provider failed in between", async () => {
  let number = 20n;
  const { heart, parts, asked } = heartOf({ moment: async () => momentAt(number) });
  await heart.beat();
  expect(asked).toEqual(["drive"]);
  number = 21n;
  parts.memory.processed = { number };
  parts.world.advance = () => Promise.reject(new TypeError("the provider fails"));
  await heart.beat();
  expect(parts.alarms.stands("rpcUnreachable")).toBe(true);
  expect(asked).toEqual(["drive"]);
  parts.world.advance = async () => undefined;
  await heart.beat();
  expect(asked).toEqual(["drive", "drive"]);
});

test("a store that fails ends the beat; nothing goes on without it", async () => {
  const failure = new StorageError({ code: "STORE_IO", action: "write", reason: "the disk is full" });
  const { heart } = heartOf({ moment: () => Promise.reject(failure) });
  await expect(heart.beat()).rejects.toBe(failure);
});

test("a finalised block that changed halts signing and ends what is being signed", async () => {
  let moment: ChainMoment | undefined = momentAt(20n);
  const { heart, asked } = heartOf({ moment: async () => moment, runs: [run({ attempt: 2 })] });
  await heart.beat();
  moment = undefined;
  await heart.beat();
  expect(asked).toEqual(["drive", "expire 2", "SigningHalted", "drive"]);
});

test.each([
  ["a member of the attempt that moved on", ALICE, 2, {}, ["expire 1"]],
  ["a stranger to the attempt", BOB, 2, {}, []],
  ["a member that runs ahead of the block clock", ALICE, 3, {}, []],
  ["a member, once all have joined", ALICE, 2, { isComplete: true }, []],
] as const)("an attempt that waits is ended or not by %s", async (_who, from, attempt, changes, expected) => {
  const { heart, asked } = heartOf({ moment: async () => momentAt(20n), runs: [run(changes)] });
  await heart.beat();
  asked.length = 0;
  heart.onFrame(from, sessionFrame(attempt));
  expect(asked).toEqual(expected);
});

test("frames for attempts that can no longer begin are forgotten, others are kept", async () => {
  const { heart, forgotten } = heartOf({ moment: async () => momentAt(20n) });
  await heart.beat();
  const isOver = (attempt: number, phase: Slot["phase"] = "sign") =>
    forgotten[0]?.({ phase, subject: decision.id, attempt });
  expect([0, 1, 2, 3].map((attempt) => isOver(attempt))).toEqual([true, false, false, false]);
  expect(isOver(0, "keygen")).toBe(false);
  expect([isOver(99, "pool"), isOver(100, "pool")]).toEqual([true, false]);
});

test("peers are told of each new final block, and of the last one when they come", async () => {
  let number = 20n;
  const heard: unknown[] = [];
  const compared: unknown[] = [];
  const views = {
    onView: (from: PeerId, view: object) => void heard.push({ from, ...view }),
    compare: async (finalised: object, peers: ReadonlySet<PeerId>) => void compared.push([finalised, [...peers]]),
  };
  const { heart, told } = heartOf({ moment: async () => momentAt(number), peers: [ALICE], views });
  heart.onPeerConnected(ALICE);
  expect(told).toEqual([]);
  await heart.beat();
  await heart.beat();
  number = 21n;
  await heart.beat();
  heart.onPeerConnected(BOB);
  const frames = told.map(({ to, frame }) => [to, decodeFrame(frame)]);
  const viewOf = (at: bigint) => ({ kind: "chainView", number: at, hash: momentAt(at).finalised.hash });
  expect(frames).toEqual([
    [ALICE, viewOf(20n)],
    [ALICE, viewOf(21n)],
    [BOB, viewOf(21n)],
  ]);
  expect(compared).toHaveLength(3);
  expect(compared[2]).toEqual([momentAt(21n).finalised, [ALICE]]);
  heart.onFrame(ALICE, told[0]?.frame ?? new Uint8Array());
  expect(heard).toEqual([{ from: ALICE, ...viewOf(20n) }]);
});

test("providers that contradict each other are no silent ones: their own alarm stands", async () => {
  const answers = [{ kind: "said", provider: "a", value: 1, text: "1" }] as const;
  const terms = { call: "header of block 9", answers, lagging: [], quorum: 2, count: 2 };
  for (const isDisputed of [true, false]) {
    const failure = new NoAgreementError({ ...terms, isDisputed });
    const { heart, parts } = heartOf({ moment: () => Promise.reject(failure) });
    await heart.beat();
    expect(parts.alarms.stands("rpcUnreachable")).toBe(!isDisputed);
  }
});

test("a member that the settings route is dialled there, any other one where it is registered", async () => {
  const routes = new Map([[ALICE, "/ip4/10.0.0.7/tcp/9001"]]);
  const { heart, dialled } = heartOf({ moment: async () => momentAt(20n), peers: [ALICE, BOB], routes });
  await heart.beat();
  expect(dialled).toEqual([
    { publicKey: ALICE, endpoint: "/ip4/10.0.0.7/tcp/9001" },
    { publicKey: BOB, endpoint: REGISTERED },
  ]);
});
