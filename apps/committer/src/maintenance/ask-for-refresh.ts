import { existsSync } from "node:fs";
import { type EpochName, requestRefresh } from "../committee/refresh-requests.ts";
import { StartError } from "../failure.ts";
import type { Settings } from "../settings.ts";
import { consultChain } from "./consult-chain.ts";

/**
 * Asks the committer of these settings to have the shares of an active epoch made anew.
 * Side effects: see `requestRefresh`.
 * @returns a line for the operator
 * @throws StartError what `consultChain` throws; `epochNotActive` when the chain's final block has another active epoch,
 * so that who asks late does not ask for one more; `dataDirUnusable` when there is no data folder
 */
export async function askForRefresh(settings: Settings, asked: EpochName): Promise<string> {
  const { committeeId, epoch } = asked;
  if (!existsSync(settings.dataDir))
    throw new StartError("dataDirUnusable", `dataDir: there is no folder ${settings.dataDir}; correct it`);
  const reader = await consultChain(settings);
  const { number } = await reader.finalised(await reader.head());
  const active = await reader.activeEpoch(committeeId, number);
  if (active !== epoch)
    throw new StartError(
      "epochNotActive",
      `--epoch: found ${epoch}; the active epoch of committee ${committeeId} is ${active === 0n ? "none" : active}`,
    );
  requestRefresh(settings.dataDir, asked);
  return `new shares are asked for in place of epoch ${epoch}'s; they are made when a quorum of members has asked`;
}
