import { type Alarms, createAlarms } from "../../src/alarms.ts";
import { createLog, type Log } from "../../src/log.ts";
import { createMetrics, type Metrics } from "../../src/metrics.ts";

/** Log, metrics and alarms of a test; the lines can be read back. */
export function testNotices(): {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly alarms: Alarms;
  readonly lines: readonly string[];
} {
  const lines: string[] = [];
  const log = createLog("debug", { write: (line) => void lines.push(line) });
  const { metrics, close } = createMetrics();
  close();
  return { log, metrics, alarms: createAlarms(log, metrics), lines };
}
