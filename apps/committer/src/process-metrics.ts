import { Counter, Gauge, type Registry } from "prom-client";

/** Bytes of memory by kind. */
export type MemoryUse = Readonly<Record<"rss" | "heapUsed" | "external" | "arrayBuffers", number>>;

/** Microseconds of processor time. */
export type ProcessorTime = Readonly<Record<"user" | "system", number>>;

/** What the process holds, and what it has used. */
export type ProcessUse = {
  readonly memory: () => MemoryUse;
  /** What keeps its event loop alive, one name for each: `Timeout`, `TCPSocketWrap` … */
  readonly resources: () => readonly string[];
  /** Of all its threads, since it began. */
  readonly processorTime: () => ProcessorTime;
};

const MICROSECONDS_PER_SECOND = 1e6;

/** The use of this process. */
export const OWN_USE: ProcessUse = {
  memory: () => process.memoryUsage(),
  resources: () => process.getActiveResourcesInfo(),
  processorTime: () => process.cpuUsage(),
};

/**
 * Shows what the process holds and has used, read at each scrape: in a healthy committer none of what it holds grows for
 * long.
 */
export function showProcess(registry: Registry, { memory, resources, processorTime }: ProcessUse): void {
  new Gauge({
    name: "synod_memory_bytes",
    help: "Memory of the process: resident, heap in use, and what lies outside of the heap",
    labelNames: ["kind"],
    registers: [registry],
    collect() {
      for (const [kind, bytes] of Object.entries(kindsOf(memory()))) this.set({ kind }, bytes);
    },
  });
  new Gauge({
    name: "synod_open_resources",
    help: "What keeps the process's event loop alive, by type: sockets, timers, requests",
    labelNames: ["type"],
    registers: [registry],
    collect() {
      this.reset();
      for (const type of resources()) this.inc({ type });
    },
  });
  new Counter({
    name: "synod_cpu_seconds_total",
    help: "Processor time of the process, all its threads",
    registers: [registry],
    collect() {
      const { user, system } = processorTime();
      this.reset();
      this.inc((user + system) / MICROSECONDS_PER_SECOND);
    },
  });
}

function kindsOf({ rss, heapUsed, external, arrayBuffers }: MemoryUse): Readonly<Record<string, number>> {
  return { resident: rss, heap: heapUsed, external, arrayBuffers };
}
