import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Hex } from "viem";

/** An epoch, by committee and number. */
export type EpochName = { readonly committeeId: Hex; readonly epoch: bigint };

/** The operator's requests that the shares of an epoch be made anew. They outlive the process. */
export type RefreshRequests = {
  /** Whether the shares of this epoch are to be made anew. */
  stands(epoch: EpochName): boolean;
  /** The epoch is over. Side effects: its request, if there is one, is deleted. */
  settle(epoch: EpochName): void;
};

function fileOf(dataDir: string, { committeeId, epoch }: EpochName): string {
  return join(dataDir, "refresh", `${committeeId}-${epoch}`);
}

/** The requests in a data folder. */
export function refreshRequests(dataDir: string): RefreshRequests {
  return {
    stands: (epoch) => existsSync(fileOf(dataDir, epoch)),
    settle: (epoch) => rmSync(fileOf(dataDir, epoch), { force: true }),
  };
}

/**
 * Asks the committer of a data folder, running or not, to have the shares of an epoch made anew.
 * Side effects: an empty file in the folder, until the epoch is over. Asking twice is asking once.
 */
export function requestRefresh(dataDir: string, epoch: EpochName): void {
  mkdirSync(join(dataDir, "refresh"), { recursive: true, mode: 0o700 });
  writeFileSync(fileOf(dataDir, epoch), "", { mode: 0o600 });
}
