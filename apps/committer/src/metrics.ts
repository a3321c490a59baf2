import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { OWN_USE, showProcess } from "./process-metrics.ts";

const NANOSECONDS_PER_SECOND = 1e9;

/** How often the loop's delay is sampled. What is measured is from sample to sample, so this much is no delay. */
const LAG_RESOLUTION_MS = 10;
const LAG_RESOLUTION_SECONDS = LAG_RESOLUTION_MS / 1_000;

/** Percentiles of the event loop's delay that are shown, by the label that Prometheus gives such figures. */
const LAG_PERCENTILES = [
  ["0.5", 50],
  ["0.99", 99],
  ["1", 100],
] as const;

/** The figures that a committer shows, in Prometheus form. Names end in their unit. */
export type Metrics = {
  readonly registry: Registry;
  /** Decisions this committer knows, by state. */
  readonly decisions: Gauge<"state">;
  readonly signingDuration: Histogram;
  readonly keygenDuration: Histogram;
  /** Unused presignatures, by epoch. */
  readonly presignatures: Gauge<"committee" | "epoch">;
  /** Group signatures this committer took part in, by where the presignature came from. */
  readonly signatures: Counter<"presignature">;
  readonly peersConnected: Gauge;
  readonly chainLag: Gauge;
  readonly finalisedBlock: Gauge;
  readonly bans: Counter<"code">;
  readonly aborts: Counter<"code">;
  readonly transactions: Counter<"outcome">;
  /** 1 while the named alarm stands. */
  readonly alarms: Gauge<"alarm">;
  readonly framesIgnored: Counter<"reason">;
  /** Answers of a provider that contradict what a quorum says about a final block. */
  readonly rpcDisagreements: Counter<"provider">;
  /** Questions that a provider did not answer in time, or with nothing that can be understood. */
  readonly rpcFailures: Counter<"provider">;
  /** What the transport reports, by kind of event. */
  readonly networkEvents: Counter<"kind">;
};

/** How long the event loop was busy between two of its turns: what `monitorEventLoopDelay` measures. */
export type LoopDelays = Pick<IntervalHistogram, "enable" | "disable" | "percentile" | "reset">;

function eventLoopLag(registers: [Registry], histogram: LoopDelays): void {
  new Gauge({
    name: "synod_event_loop_lag_seconds",
    help: "Delay of the event loop since the last scrape: median, 99th percentile and longest",
    labelNames: ["quantile"],
    registers,
    collect() {
      for (const [quantile, percentile] of LAG_PERCENTILES) {
        const seconds = histogram.percentile(percentile) / NANOSECONDS_PER_SECOND;
        this.set({ quantile }, Math.max(0, seconds - LAG_RESOLUTION_SECONDS));
      }
      histogram.reset();
    },
  });
}

function counters(registers: [Registry]) {
  return {
    bans: new Counter({
      name: "synod_bans_total",
      help: "Members banned for an epoch",
      labelNames: ["code"],
      registers,
    }),
    aborts: new Counter({
      name: "synod_aborts_total",
      help: "Protocol sessions that ended in an abort",
      labelNames: ["code"],
      registers,
    }),
    signatures: new Counter({
      name: "synod_signatures_total",
      help: "Group signatures this committer took part in",
      labelNames: ["presignature"],
      registers,
    }),
    transactions: new Counter({
      name: "synod_transactions_total",
      help: "Transactions of this committer",
      labelNames: ["outcome"],
      registers,
    }),
    rpcDisagreements: new Counter({
      name: "synod_rpc_disagreements_total",
      help: "Answers of a provider that contradict the quorum about a final block",
      labelNames: ["provider"],
      registers,
    }),
    rpcFailures: new Counter({
      name: "synod_rpc_failures_total",
      help: "Questions that a provider did not answer",
      labelNames: ["provider"],
      registers,
    }),
    networkEvents: new Counter({
      name: "synod_network_events_total",
      help: "Connections, refusals, drops and slow-downs of the transport",
      labelNames: ["kind"],
      registers,
    }),
    framesIgnored: new Counter({
      name: "synod_frames_ignored_total",
      help: "Frames from peers that were dropped",
      labelNames: ["reason"],
      registers,
    }),
  } as const;
}

function gauges(registers: [Registry]) {
  return {
    decisions: new Gauge({ name: "synod_decisions", help: "Decisions by state", labelNames: ["state"], registers }),
    presignatures: new Gauge({
      name: "synod_presignatures",
      help: "Unused presignatures that wait in memory",
      labelNames: ["committee", "epoch"],
      registers,
    }),
    peersConnected: new Gauge({ name: "synod_peers_connected", help: "Committee members connected", registers }),
    chainLag: new Gauge({ name: "synod_chain_lag_blocks", help: "Finalised blocks not yet processed", registers }),
    finalisedBlock: new Gauge({
      name: "synod_chain_finalised_block",
      help: "Number of the last processed finalised block",
      registers,
    }),
    alarms: new Gauge({
      name: "synod_alarms",
      help: "1 while the named alarm stands",
      labelNames: ["alarm"],
      registers,
    }),
  } as const;
}

function durations(registers: [Registry]) {
  return {
    signingDuration: new Histogram({
      name: "synod_signing_duration_seconds",
      help: "From the first signing message of an attempt to the verified signature",
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    keygenDuration: new Histogram({
      name: "synod_keygen_duration_seconds",
      help: "From the first message of a key generation to the stored share",
      buckets: [0.5, 1, 2.5, 5, 10, 30, 60, 120],
      registers,
    }),
  } as const;
}

/**
 * Metrics with a registry of their own, so that two committers in one process do not mix.
 * Side effects: the loop's delay is sampled until `close`.
 * @param delays in nanoseconds from sample to sample, {@link LAG_RESOLUTION_MS} apart where nothing is late
 */
export function createMetrics(delays: LoopDelays = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS })): {
  readonly metrics: Metrics;
  close(): void;
} {
  const registry = new Registry();
  const registers: [Registry] = [registry];
  delays.enable();
  eventLoopLag(registers, delays);
  showProcess(registry, OWN_USE);
  const metrics = { registry, ...gauges(registers), ...durations(registers), ...counters(registers) };
  return { metrics, close: () => delays.disable() };
}
