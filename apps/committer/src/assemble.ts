import {
  type DecisionId,
  epochKey,
  type MemberView,
  type PeerId,
  type Transport,
  toCommitteeId,
  toDecisionId,
  toEpoch,
} from "@synod/core";
import { type Alarms, PAUSING_ALARMS } from "./alarms.ts";
import type { HeadContext } from "./audit/head-context.ts";
import { HeadCourier } from "./audit/head-courier.ts";
import { HeadWitness } from "./audit/head-witness.ts";
import { Account } from "./chain/account.ts";
import { finalisedHandler } from "./chain/finalised.ts";
import { ChainFollower, type ChainMoment } from "./chain/follower.ts";
import { Outbox } from "./chain/outbox.ts";
import { PeerViews } from "./chain/peer-views.ts";
import type { ChainReader } from "./chain/reader.ts";
import { Ceremonies } from "./committee/ceremonies.ts";
import type { Succession } from "./committee/context.ts";
import { refreshRequests } from "./committee/refresh-requests.ts";
import type { DecisionContext } from "./decisions/context.ts";
import { DecisionDriver } from "./decisions/driver.ts";
import { PeerNotes } from "./decisions/peer-notes.ts";
import { policySnapshots } from "./decisions/policy-snapshot.ts";
import { watchHalt } from "./halt.ts";
import { Heart } from "./heart.ts";
import type { Identity } from "./identity.ts";
import type { LobeDirectory } from "./lobes/choose-lobe.ts";
import type { Log } from "./log.ts";
import type { Memory } from "./memory.ts";
import type { Metrics } from "./metrics.ts";
import type { Pace } from "./pace.ts";
import type { Rehearsal } from "./rehearsal.ts";
import { routesOf } from "./routes.ts";
import type { SessionPort } from "./sessions/messages.ts";
import { SessionHost } from "./sessions/session-host.ts";
import type { Settings } from "./settings.ts";
import type { Stores } from "./stores.ts";
import { committerSettings, World } from "./world.ts";

const WEI_PER_GWEI = 1_000_000_000n;

/** What must be open before the parts of a committer can be put together. */
export type Foundations = {
  readonly settings: Settings;
  readonly identity: Identity;
  readonly stores: Omit<Stores, "database">;
  readonly reader: ChainReader;
  readonly sessions: SessionPort;
  readonly transport: Transport;
  readonly lobes: LobeDirectory;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly alarms: Alarms;
  readonly rehearsal: Rehearsal;
  readonly pace: Pace;
  readonly signal: AbortSignal;
};

/** The working parts. */
export type Assembly = {
  readonly heart: Heart;
  readonly driver: DecisionDriver;
  readonly follower: ChainFollower;
  readonly host: SessionHost;
  readonly views: PeerViews;
};

/** A moment before the first: core is never asked with it, because nothing is driven before the first beat. */
const GENESIS: ChainMoment = {
  head: { number: 0n, hash: "0x", time: 0n },
  finalised: { number: 0n, hash: "0x", time: 0n },
  finality: "stalled",
  unfinalised: [],
};

/** Whether a decision is open and the peer is a member of its epoch. */
function isMemberFor({ state, book }: Memory, decisionId: DecisionId, from: PeerId): boolean {
  const work = state.open.get(decisionId);
  const entry = work && book.get(epochKey(work.decision.committeeId, work.decision.epoch));
  return entry?.members.some(({ peer }) => peer === from) === true;
}

/** Epochs that get a new key, by `epochKey`. */
function rotationsOf({ rotations }: Settings): ReadonlySet<string> {
  return new Set(
    rotations.map(({ committeeId, epoch }) => epochKey(toCommitteeId(committeeId), toEpoch(BigInt(epoch)))),
  );
}

function successionOf({ succession }: Settings): Succession {
  const { refreshAfterSeconds, replaceAfterBlocks, standbys } = succession;
  return {
    refreshAfterSeconds: BigInt(refreshAfterSeconds),
    replaceAfterBlocks: BigInt(replaceAfterBlocks),
    standbys: standbys.map(({ publicKey, endpoint }) => ({
      x: `0x${publicKey.slice(4, 68)}`,
      y: `0x${publicKey.slice(68)}`,
      endpoint,
    })),
  };
}

/** Decisions of an epoch that may still be served: not parked and without an end on chain. */
function openDecisions({ state }: Memory, key: string): number {
  const open = [...state.open.values()].filter(({ decision, ending, parked }) => {
    return epochKey(decision.committeeId, decision.epoch) === key && ending === undefined && parked === undefined;
  });
  return open.length;
}

function createHost(base: Foundations, ceremonies: () => Ceremonies): SessionHost {
  const { sessions: port, transport, stores, metrics, pace } = base;
  return new SessionHost({
    port,
    transport,
    isExpected: (subject, from) =>
      ceremonies().isExpected(subject, from) || isMemberFor(stores.memory, toDecisionId(subject), from),
    onDrop: (reason) => metrics.framesIgnored.inc({ reason }),
    onIgnored: (reason) => metrics.framesIgnored.inc({ reason }),
    nowMs: pace.nowMs,
  });
}

function createFollower(base: Foundations, notes: () => PeerNotes): ChainFollower {
  const { reader, settings, stores, alarms, metrics, log, identity } = base;
  const { memory } = stores;
  return new ChainFollower({
    reader,
    alarms,
    metrics,
    processed: memory.processed,
    startBlock: BigInt(settings.chain.startBlock),
    stallBlocks: BigInt(settings.chain.finalityStallBlocks),
    onFinalised: finalisedHandler({
      memory,
      log,
      self: identity.peer,
      proposers: settings.proposers,
      onDecision: (decisionId) => void notes().onDecision(decisionId),
    }),
  });
}

/** What committee and decisions have in common. */
function createCommon(base: Foundations, host: SessionHost) {
  const { settings, identity, reader, transport, stores, alarms, metrics, log, pace } = base;
  const { memory } = stores;
  const { maxFeePerGasGwei, id } = settings.chain;
  const account = new Account(reader.providers, identity, {
    chainId: id,
    feeCapWei: BigInt(maxFeePerGasGwei) * WEI_PER_GWEI,
  });
  const stuckBlocks = committerSettings(settings).stuckBlocks;
  const reservedNonces = () => [...memory.state.transactions.values()].map(({ nonce }) => nonce);
  const outbox = new Outbox({ account, alarms, metrics, log, reservedNonces, stuckBlocks });
  const { committeeRegistry, decisionRegistry } = settings.contracts;
  const places = { chainId: BigInt(id), committeeRegistry, decisionRegistry };
  const { evidence } = stores;
  return { ...places, reader, account, outbox, identity, host, transport, evidence, alarms, metrics, log, pace };
}

type WorldParts = {
  readonly views: PeerViews;
  readonly outbox: Outbox;
  readonly issued: () => ReadonlySet<string>;
};

/** Who is there, and what of the chain is in doubt. */
function sightOf({ transport, alarms }: Foundations, views: PeerViews) {
  return {
    connected: () => transport.connected(),
    isContested: (members: readonly MemberView[]) => views.isContested(members),
    isPaused: () => PAUSING_ALARMS.some((alarm) => alarms.stands(alarm)),
  };
}

function createWorld(base: Foundations, { views, outbox, issued }: WorldParts): World {
  const { settings, stores } = base;
  return new World({
    ...{ book: stores.memory.book, ...sightOf(base, views) },
    minedNonce: () => outbox.minedNonce,
    issued,
    settings: committerSettings(settings),
  });
}

/** What has the audit log witnessed by the others, and witnesses theirs. */
function auditParts(
  context: Omit<HeadContext, "audit" | "book" | "heads" | "record">,
  { audit, memory }: Foundations["stores"],
) {
  const { book, heads } = memory;
  const whole: HeadContext = { ...context, audit, book, heads, record: (event) => memory.record([event]) };
  return { courier: new HeadCourier(whole), witness: new HeadWitness(whole) };
}

/** Puts the working parts together. Nothing runs before the heart's first beat. */
export function assemble(base: Foundations): Assembly {
  const { settings, stores, transport, reader, alarms, log, lobes, rehearsal, signal, pace } = base;
  const { memory, claims } = stores;
  memory.onDurable(watchHalt(() => memory.state.halt, alarms));
  const host = createHost(base, () => ceremonies);
  const common = createCommon(base, host);
  const [follower, views] = [createFollower(base, () => notes), new PeerViews({ reader, alarms })];
  const moment = () => world.moment ?? GENESIS;
  const { attemptBlocks, submitStaggerBlocks } = committerSettings(settings);
  const ceremonies = new Ceremonies(
    {
      ...common,
      signal,
      moment,
      attemptBlocks,
      submitStaggerBlocks,
      presignatures: settings.presignatures,
      succession: successionOf(settings),
      refreshRequests: refreshRequests(settings.dataDir),
      book: memory.book,
      records: new Map(),
      usable: (key) => ceremonies.isUsable(key),
      rotations: rotationsOf(settings),
      openDecisions: (key) => openDecisions(memory, key),
      record: (event) => memory.record([event]),
      ban: (events) => memory.record(events),
      banned: () => memory.state.banned,
      wake: () => heart.wake(),
    },
    memory.book,
  );
  const world = createWorld(base, { views, outbox: common.outbox, issued: () => driver.issued });
  const context: DecisionContext = {
    ...common,
    snapshots: policySnapshots(reader),
    lobes,
    claims,
    rehearsal,
    signal,
    book: memory.book,
    state: () => memory.state,
    view: () => world.view(moment()),
    record: (events) => {
      memory.record(events);
      heart.wake();
    },
  };
  const driver = new DecisionDriver(context);
  const notes = new PeerNotes(context);
  const eyes = { follower, reader, world, memory, views };
  const hands = { outbox: common.outbox, ceremonies, driver, notes, host, transport };
  const audit = auditParts({ ...common, ...settings.audit, moment }, stores);
  const parts = { ...eyes, ...hands, ...audit, routes: routesOf(settings) };
  const heart = new Heart({ ...parts, attemptBlocks, alarms, log, pace });
  return { heart, driver, follower, host, views };
}
