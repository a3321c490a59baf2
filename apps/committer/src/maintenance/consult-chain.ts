import { createAlarms } from "../alarms.ts";
import { openChain } from "../chain/open-chain.ts";
import type { ChainReader } from "../chain/reader.ts";
import { createLog } from "../log.ts";
import { createMetrics } from "../metrics.ts";
import type { Settings } from "../settings.ts";

/**
 * Connects to the chain of the settings for one command. Which provider contradicts the others is told by the committer
 * that runs; here it only matters whether a quorum agrees.
 * @throws StartError what `openChain` throws
 */
export function consultChain(settings: Settings): Promise<ChainReader> {
  const { metrics, close } = createMetrics();
  close();
  const log = createLog("fatal", { write: () => undefined });
  return openChain(settings, { metrics, log, alarms: createAlarms(log, metrics) });
}
