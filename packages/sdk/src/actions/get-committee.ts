import type { Address, Hex } from "viem";
import { readContract } from "viem/actions";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { committeeRegistryAbi } from "../generated/committee-registry-abi.ts";
import { type CommitteeRecord, toEpochRecord } from "../records/committee-record.ts";

/** Which committee and which of its epochs to read. */
export type GetCommitteeParameters = {
  readonly committeeRegistry: Address;
  readonly committeeId: Hex;
  /** Epoch to read. Default: the active one, or the newest while none is active. */
  readonly epoch?: bigint | undefined;
};

/** The committee and that epoch with its members. */
export type GetCommitteeReturnType = CommitteeRecord;

/** Errors of {@link getCommittee}. */
export type GetCommitteeErrorType = SynodSdkError;

/** Reads a committee. Errors: UNKNOWN_ID when there is none of this id. An unknown epoch has the status `None`. */
export function getCommittee(client: ReadClient, parameters: GetCommitteeParameters): Promise<GetCommitteeReturnType> {
  const { committeeRegistry, committeeId } = parameters;
  const contract = { address: committeeRegistry, abi: committeeRegistryAbi } as const;
  return withSynodErrors(async () => {
    const facts = await readContract(client, { ...contract, functionName: "committeeOf", args: [committeeId] });
    const { proposer, latestEpoch } = facts;
    const activeEpoch = facts.activeEpoch === 0n ? undefined : facts.activeEpoch;
    const epoch = parameters.epoch ?? activeEpoch ?? latestEpoch;
    const [view, members] = await Promise.all([
      readContract(client, { ...contract, functionName: "epochOf", args: [committeeId, epoch] }),
      readContract(client, { ...contract, functionName: "members", args: [committeeId, epoch] }),
    ]);
    return { id: committeeId, proposer, latestEpoch, activeEpoch, epoch: toEpochRecord(epoch, view, members) };
  });
}
