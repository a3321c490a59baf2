import { type Alarms, createAlarms } from "../../src/alarms.ts";
import { createLog, type Log } from "../../src/log.ts";
import { createMetrics, type Metrics } from "../../src/metrics.ts";
import { type Pace, SYSTEM_PACE } from "../../src/pace.ts";

/** Log, metrics, alarms and clock of a test; the lines can be read back. */
export function testNotices(): {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly alarms: Alarms;
  readonly pace: Pace;
  readonly lines: readonly string[];
} {
  const lines: string[] = [];
  const log = createLog("debug", { write: (line) => void lines.push(line) });
  const { metrics, close } = createMetrics();
  close();
  return { log, metrics, alarms: createAlarms(log, metrics), pace: SYSTEM_PACE, lines };
}
