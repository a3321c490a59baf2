import type { Alarms } from "./alarms.ts";
import type { AuditLog } from "./audit/audit-log.ts";
import type { ChainMoment } from "./chain/follower.ts";
import type { Providers } from "./chain/providers/providers.ts";
import type { EpochBook, EpochEntry } from "./committee/epoch-book.ts";
import type { DecisionReport, Readiness, ReportSource } from "./http/report.ts";
import type { Identity } from "./identity.ts";
import type { Memory } from "./memory.ts";
import type { Metrics } from "./metrics.ts";
import { shareRef } from "./sessions/share-name.ts";

/** What the endpoints are told about. */
export type StatusSources = {
  readonly identity: Pick<Identity, "peer" | "address">;
  readonly memory: Memory;
  readonly audit: AuditLog;
  readonly alarms: Alarms;
  readonly metrics: Metrics;
  readonly listen: string;
  readonly providers: Pick<Providers, "quorum" | "standing">;
  readonly moment: () => ChainMoment | undefined;
  /** Number of the newest processed finalised block. */
  readonly processed: () => bigint | undefined;
  readonly connected: () => ReadonlySet<string>;
  /** How many presignatures wait for a share, by its name. */
  readonly pooled: (share: string) => number;
  /** Whether so many members of an epoch see another chain that it is paused. */
  readonly isContested: (members: EpochEntry["members"]) => boolean;
};

function pooledFor({ committeeId, epoch, self }: EpochEntry, { pooled }: StatusSources): number {
  return pooled(shareRef(committeeId, epoch, self).name);
}

function epochReport(entry: EpochEntry, connected: ReadonlySet<string>, presignatures: number) {
  const { committeeId, epoch, minSigners, quorum, self, members, share, keygenAttempt, facts } = entry;
  return {
    committeeId,
    epoch: epoch.toString(),
    status: facts?.status ?? "unknown",
    minSigners,
    quorum,
    memberIndex: self,
    groupAddress: facts?.groupAddress,
    hasShare: share !== undefined,
    keygenAttempt,
    presignatures,
    members: members.map(({ memberIndex, address, endpoint, peer }) => ({
      memberIndex,
      address,
      endpoint,
      connected: memberIndex === self || connected.has(peer),
    })),
  };
}

/** Who has co-signed this committer's audit log, and up to which record. */
function coSignedReport({ heads }: Memory) {
  return heads.coSignatures().map(({ signer, length, hash }) => ({ address: signer, length, hash }));
}

function chainMissing({ moment, processed, alarms }: StatusSources): readonly string[] {
  const now = moment();
  if (now === undefined) return [`chain: catching up, ${processed() ?? "no"} blocks are processed`];
  return [...alarms.standing().flatMap(({ alarm, reason }) => (STOPPING.has(alarm) ? [`${alarm}: ${reason}`] : []))];
}

const STOPPING: ReadonlySet<string> = new Set([
  "rpcUnreachable",
  "rpcQuorumLost",
  "finalisedBlockChanged",
  "finalityStalled",
  "shareMissing",
]);

function peersMissing(book: EpochBook, connected: ReadonlySet<string>): readonly string[] {
  const active = book.entries().filter(({ facts }) => facts?.status === "active");
  return active.flatMap(({ committeeId, epoch, members, minSigners, self }) => {
    const here = members.filter(({ memberIndex, peer }) => memberIndex !== self && connected.has(peer)).length;
    if (here >= minSigners - 1) return [];
    return [`peers: ${here} of committee ${committeeId} epoch ${epoch} are connected, ${minSigners - 1} are needed`];
  });
}

function contested({ memory, isContested }: StatusSources): readonly string[] {
  const paused = memory.book
    .entries()
    .filter(({ facts, members }) => facts?.status === "active" && isContested(members));
  return paused.map(
    ({ committeeId, epoch }) => `chain: members of committee ${committeeId} epoch ${epoch} see another one`,
  );
}

function readiness(sources: StatusSources): Readiness {
  const { halt } = sources.memory.state;
  const halted = halt === undefined ? [] : [`signing is halted: ${halt.reason}`];
  const peers = peersMissing(sources.memory.book, sources.connected());
  const missing = [...halted, ...chainMissing(sources), ...contested(sources), ...peers];
  return { ready: missing.length === 0, missing };
}

function status(sources: StatusSources): object {
  const { identity, memory, audit, alarms, listen, moment, processed, connected, providers } = sources;
  const now = moment();
  const peers = connected();
  return {
    self: { address: identity.address, peer: identity.peer, listen },
    chain: {
      head: now?.head.number,
      finalised: now?.finalised.number,
      processed: processed(),
      finality: now?.finality ?? "unknown",
      rpcQuorum: providers.quorum,
      providers: providers.standing,
    },
    peers: [...peers],
    epochs: memory.book.entries().map((entry) => epochReport(entry, peers, pooledFor(entry, sources))),
    audit: { ...audit.head, coSigned: coSignedReport(memory) },
    alarms: alarms.standing(),
    ...(memory.state.halt === undefined ? {} : { halted: memory.state.halt.reason }),
  };
}

function countByState(reports: readonly DecisionReport[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { state } of reports) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}

async function metricsText(sources: StatusSources) {
  const { metrics, memory, connected } = sources;
  metrics.presignatures.reset();
  for (const entry of memory.book.living()) {
    const labels = { committee: entry.committeeId, epoch: entry.epoch.toString() };
    metrics.presignatures.set(labels, pooledFor(entry, sources));
  }
  metrics.peersConnected.set(connected().size);
  metrics.decisions.reset();
  for (const [state, count] of countByState(memory.reports.all(memory.state))) metrics.decisions.set({ state }, count);
  return { contentType: metrics.registry.contentType, body: await metrics.registry.metrics() };
}

/** What the HTTP endpoints show. */
export function reportSource(sources: StatusSources): ReportSource {
  const { memory } = sources;
  return {
    readiness: () => readiness(sources),
    status: () => status(sources),
    decisions: () => memory.reports.all(memory.state),
    decision: (decisionId) => memory.reports.get(decisionId, memory.state),
    metrics: () => metricsText(sources),
  };
}
