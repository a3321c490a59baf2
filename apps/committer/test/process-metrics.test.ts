import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { showProcess } from "../src/process-metrics.ts";

test("each scrape shows what the process holds by then, and nothing of what it no longer has", async () => {
  const registry = new Registry();
  let resources = ["Timeout", "TCPSocketWrap", "Timeout"];
  let rss = 100;
  const memory = () => ({ rss, heapUsed: 40, external: 7, arrayBuffers: 3 });
  let user = 1_500_000;
  const processorTime = () => ({ user, system: 250_000 });
  showProcess(registry, { memory, resources: () => resources, processorTime });
  const shown = async (name: string) => {
    const metric = (await registry.getMetricsAsJSON()).find((one) => one.name === name);
    return metric?.values.map(({ labels, value }) => [...Object.values(labels), value]);
  };
  expect(await shown("synod_open_resources")).toEqual([
    ["Timeout", 2],
    ["TCPSocketWrap", 1],
  ]);
  expect(await shown("synod_cpu_seconds_total")).toEqual([[1.75]]);
  user = 2_000_000;
  expect(await shown("synod_cpu_seconds_total")).toEqual([[2.25]]);
  resources = ["TCPSocketWrap"];
  rss = 120;
  expect(await shown("synod_open_resources")).toEqual([["TCPSocketWrap", 1]]);
  expect(await shown("synod_memory_bytes")).toEqual([
    ["resident", 120],
    ["heap", 40],
    ["external", 7],
    ["arrayBuffers", 3],
  ]);
});
