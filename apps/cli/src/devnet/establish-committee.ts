import { randomBytes } from "node:crypto";
import type { CommitteeRecord } from "@synod/sdk";
import { bytesToHex, type Hex, parseEther } from "viem";
import type { AccountClient } from "../chain/account-client.ts";
import type { SynodClient } from "../chain/synod-client.ts";
import { CliError } from "../errors/cli-error.ts";
import type { CommitteeSize } from "./committee-size.ts";
import { type CommitterProcess, requireRunning } from "./committer-process.ts";
import type { CommitterSetup } from "./create-committers.ts";
import { pollUntil } from "./poll-until.ts";

const GAS_MONEY = parseEther("10");
const KEY_GENERATION_TIMEOUT_MS = 180_000;

/** Gives each committer native coin to pay for its transactions. Side effects: sends one transaction per committer. */
export async function fundCommitters(client: AccountClient, setups: readonly CommitterSetup[]): Promise<void> {
  for (const { address } of setups) {
    const hash = await client.sendTransaction({ to: address, value: GAS_MONEY });
    await client.waitForTransactionReceipt({ hash });
  }
}

/** Proposes the committee of these committers. Side effects: sends one transaction. */
export async function proposeDevnetCommittee(
  client: SynodClient,
  setups: readonly CommitterSetup[],
  size: CommitteeSize,
): Promise<Hex> {
  const { committeeId } = await client.proposeCommittee({
    salt: bytesToHex(randomBytes(32)),
    members: setups.map(({ publicKey, endpoint }) => ({ publicKey, endpoint })),
    minSigners: size.minSigners,
    quorum: size.quorum,
  });
  return committeeId;
}

/** What is waited for, and who is at work on it. */
export type ActivationWait = {
  readonly committeeId: Hex;
  readonly committers: readonly CommitterProcess[];
  readonly signal: AbortSignal;
  /** Called with how many members have confirmed. */
  readonly onConfirmations: (count: number) => void;
};

/**
 * Waits until the committers have generated the group key and activated the first epoch.
 * Errors: COMMITTER_FAILED when one of them ends, TIMED_OUT.
 */
export async function waitUntilActive(client: SynodClient, wait: ActivationWait): Promise<CommitteeRecord> {
  const probe = async (): Promise<CommitteeRecord | undefined> => {
    wait.committers.forEach(requireRunning);
    const committee = await client.getCommittee({ committeeId: wait.committeeId });
    wait.onConfirmations(committee.epoch.confirmedBy.length);
    return committee.activeEpoch === undefined ? undefined : committee;
  };
  const options = { intervalMs: 250, timeoutMs: KEY_GENERATION_TIMEOUT_MS, signal: wait.signal };
  const committee = await pollUntil(probe, options);
  if (committee !== undefined) return committee;
  throw new CliError({
    code: "TIMED_OUT",
    what: `the committee has no key after ${KEY_GENERATION_TIMEOUT_MS / 1000} s`,
    where: wait.committeeId,
    remedy: "read the committers' logs in the devnet's folder",
  });
}
