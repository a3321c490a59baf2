import { type Address, isAddressEqual, parseAbi } from "viem";
import { getBlock, readContract, simulateContract, writeContract } from "viem/actions";
import { type AccountParameter, requireAccount } from "../account.ts";
import type { ReadClient } from "../client.ts";
import { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import {
  type DecisionProposal,
  type EncodeDecisionProposalParameters,
  encodeDecisionProposal,
} from "../governance/encode-decision-proposal.ts";
import { governorAbi } from "../governance/governor-abi.ts";
import { randomSalt } from "../random-salt.ts";
import { confirmTransaction, outcomeOf, type TransactionOutcome } from "../transactions.ts";
import { getAgent } from "./get-agent.ts";

/** What to propose, and to which governor. */
export type ProposeDecisionParameters = AccountParameter &
  Omit<EncodeDecisionProposalParameters, "submitter" | "salt"> & {
    /** An OpenZeppelin Governor whose timelock is the agent's submitter. */
    readonly governor: Address;
    /** As in {@link EncodeDecisionProposalParameters}. Default: random. */
    readonly salt?: EncodeDecisionProposalParameters["salt"] | undefined;
  };

/** The proposal, the id its decision will have, and the transaction that made it. */
export type ProposeDecisionReturnType = TransactionOutcome & DecisionProposal;

/** Errors of {@link proposeDecision}. */
export type ProposeDecisionErrorType = SynodSdkError;

const timelockAbi = parseAbi(["function getMinDelay() view returns (uint256)"]);
const IN_SECONDS = "mode=timestamp";

/**
 * Proposes to a governor's voters that the agent be asked for a decision, and waits until the proposal is in a block.
 * What comes after is the governor's own: `castVote`, `queue`, `execute` with `governorAbi`.
 *
 * Side effects: sends one transaction. Errors: ARGUMENT_INVALID when the agent does not take decisions from this
 * governor's timelock, or when the deadline would have passed before the proposal can be executed (known where the
 * governor counts in seconds); CONTRACT_REVERTED with the governor's refusal.
 */
export function proposeDecision(
  client: ReadClient,
  parameters: ProposeDecisionParameters,
): Promise<ProposeDecisionReturnType> {
  const { governor, account, salt = randomSalt(), ...decision } = parameters;
  return withSynodErrors(async () => {
    const submitter = await readContract(client, { address: governor, abi: governorAbi, functionName: "timelock" });
    const agent = await getAgent(client, parameters);
    if (!isAddressEqual(agent.submitter, submitter)) throw notTheSubmitter(agent.submitter, submitter);
    await requireTimeToVote(client, governor, submitter, parameters.deadline - agent.vetoWindow);
    const proposal = encodeDecisionProposal({ ...decision, submitter, salt });
    const { targets, values, calldatas, description } = proposal;
    const { request } = await simulateContract(client, {
      account: requireAccount(client, account),
      address: governor,
      abi: governorAbi,
      functionName: "propose",
      args: [targets, values, calldatas, description],
    });
    return { ...outcomeOf(await confirmTransaction(client, await writeContract(client, request))), ...proposal };
  });
}

/** @param latest the proposal must be executed before this second of chain time */
async function requireTimeToVote(
  client: ReadClient,
  governor: Address,
  timelock: Address,
  latest: bigint,
): Promise<void> {
  const read = (functionName: "votingDelay" | "votingPeriod") =>
    readContract(client, { address: governor, abi: governorAbi, functionName });
  const mode = await readContract(client, { address: governor, abi: governorAbi, functionName: "CLOCK_MODE" });
  if (mode !== IN_SECONDS) return;
  const [{ timestamp }, votingDelay, votingPeriod, timelockDelay] = await Promise.all([
    getBlock(client),
    read("votingDelay"),
    read("votingPeriod"),
    readContract(client, { address: timelock, abi: timelockAbi, functionName: "getMinDelay" }),
  ]);
  const earliest = timestamp + votingDelay + votingPeriod + timelockDelay;
  if (latest > earliest) return;
  throw new SynodSdkError({
    code: "ARGUMENT_INVALID",
    what: `the proposal cannot be executed before second ${earliest}, the decision must be submitted before ${latest}`,
    remedy: "choose a later deadline: after the vote, the timelock and the agent's veto window",
  });
}

function notTheSubmitter(expected: Address, timelock: Address): SynodSdkError {
  return new SynodSdkError({
    code: "ARGUMENT_INVALID",
    what: `the agent takes decisions from ${expected}, the governor's timelock is ${timelock}`,
    remedy: "propose to the governor of the agent's submitter, or register an agent whose submitter is this timelock",
  });
}
