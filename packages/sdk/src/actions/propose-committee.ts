import { type Address, type Hex, parseEventLogs } from "viem";
import { simulateContract, writeContract } from "viem/actions";
import { type AccountParameter, requireAccount } from "../account.ts";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { committeeRegistryAbi } from "../generated/committee-registry-abi.ts";
import type { PublicPoint } from "../records/committee-record.ts";
import { confirmTransaction, outcomeOf, requireEvent, type TransactionOutcome } from "../transactions.ts";

/** Who the committee is. */
export type ProposeCommitteeParameters = AccountParameter & {
  readonly committeeRegistry: Address;
  /** 32 bytes that let one account propose the same members twice. */
  readonly salt: Hex;
  /** Ordered members, 2 … 64: identity key, and where the committer listens, as a multiaddr. */
  readonly members: readonly { readonly publicKey: PublicPoint; readonly endpoint: string }[];
  /** How many shares sign. */
  readonly minSigners: number;
  /** How many attestations make a result canonical. */
  readonly quorum: number;
};

/** The committee, its first epoch and the transaction that proposed it. */
export type ProposeCommitteeReturnType = TransactionOutcome & { readonly committeeId: Hex; readonly epoch: bigint };

/** Errors of {@link proposeCommittee}. */
export type ProposeCommitteeErrorType = SynodSdkError;

/**
 * Proposes a committee; its members then generate the group key and activate the epoch by themselves.
 * Side effects: sends one transaction. Errors: CONTRACT_REVERTED with the registry's refusal.
 */
export function proposeCommittee(
  client: ReadClient,
  parameters: ProposeCommitteeParameters,
): Promise<ProposeCommitteeReturnType> {
  const members = parameters.members.map(({ publicKey, endpoint }) => ({ ...publicKey, endpoint }));
  return withSynodErrors(async () => {
    const { request } = await simulateContract(client, {
      account: requireAccount(client, parameters.account),
      address: parameters.committeeRegistry,
      abi: committeeRegistryAbi,
      functionName: "proposeCommittee",
      args: [parameters.salt, members, parameters.minSigners, parameters.quorum],
    });
    const receipt = await confirmTransaction(client, await writeContract(client, request));
    const events = parseEventLogs({ abi: committeeRegistryAbi, logs: receipt.logs, eventName: "EpochProposed" });
    const { committeeId, epoch } = requireEvent(events[0], "EpochProposed", receipt).args;
    return { ...outcomeOf(receipt), committeeId, epoch };
  });
}
