import { expect, test } from "vitest";
import { createMetrics, type LoopDelays } from "../src/metrics.ts";

/** A histogram that shows fixed percentiles, in milliseconds from sample to sample. */
function delaysOf(percentiles: Readonly<Record<number, number>>): LoopDelays & { readonly resets: () => number } {
  let resets = 0;
  return {
    enable: () => true,
    disable: () => true,
    percentile: (percentile) => (percentiles[percentile] ?? 0) * 1e6,
    reset: () => {
      resets += 1;
    },
    resets: () => resets,
  };
}

test("the event loop's delay is told without the interval between two samples, and anew at each scrape", async () => {
  const delays = delaysOf({ 50: 10.25, 99: 35, 100: 310 });
  const { metrics } = createMetrics(delays);
  const lag = await metrics.registry.getSingleMetric("synod_event_loop_lag_seconds")?.get();
  const told = lag?.values.map(({ labels, value }) => [labels.quantile, Number(value.toFixed(6))]);
  expect(told).toEqual([
    ["0.5", 0.00025],
    ["0.99", 0.025],
    ["1", 0.3],
  ]);
  expect(delays.resets()).toBe(1);
});

test("no sample yet is no delay", async () => {
  const { metrics } = createMetrics(delaysOf({}));
  const lag = await metrics.registry.getSingleMetric("synod_event_loop_lag_seconds")?.get();
  expect(lag?.values.map(({ value }) => value)).toEqual([0, 0, 0]);
});
