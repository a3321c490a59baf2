import type { Action, Binding } from "@synod/core";
import type { Address, Hash, Hex } from "viem";
import { getBlockNumber, getContractEvents } from "viem/actions";
import type { ReadClient } from "../client.ts";
import type { SynodSdkError } from "../errors/synod-sdk-error.ts";
import { withSynodErrors } from "../errors/translate-error.ts";
import { decisionRegistryAbi } from "../generated/decision-registry-abi.ts";

/** Which submissions to list. */
export type ListDecisionsParameters = {
  readonly decisionRegistry: Address;
  /** Only decisions of this agent. Default: of every agent. */
  readonly agentId?: Hex | undefined;
  /** Only the decision of this id. Default: every id. */
  readonly decisionId?: Hex | undefined;
  /** First block to look at. Default: 0. */
  readonly fromBlock?: bigint | undefined;
  /** Last block to look at. Default: the newest. */
  readonly toBlock?: bigint | undefined;
  /** Most blocks per request to the chain; providers limit it. Default: 10,000. */
  readonly blocksPerPage?: bigint | undefined;
};

/** One decision as it was submitted, with the whole payload. */
export type SubmittedDecision = Binding & {
  readonly id: Hex;
  readonly agentId: Hex;
  readonly submitter: Address;
  readonly action: Action;
  readonly deadline: bigint;
  readonly salt: Hex;
  readonly committeeId: Hex;
  readonly epoch: bigint;
  readonly policyHash: Hex;
  /** How many members must attest its result. */
  readonly quorum: number;
  /** Seconds between approval and readiness. */
  readonly vetoWindow: bigint;
  readonly blockNumber: bigint;
  readonly transactionHash: Hash;
};

/** Submissions in the order of the chain. */
export type ListDecisionsReturnType = readonly SubmittedDecision[];

/** Errors of {@link listDecisions}. */
export type ListDecisionsErrorType = SynodSdkError;

const DEFAULT_BLOCKS_PER_PAGE = 10_000n;

/**
 * Lists submitted decisions from the registry's events, page by page of blocks. It tells what was asked for, not where
 * it stands: read a decision's state with `getDecision`.
 */
export function listDecisions(
  client: ReadClient,
  parameters: ListDecisionsParameters,
): Promise<ListDecisionsReturnType> {
  return withSynodErrors(async () => {
    const toBlock = parameters.toBlock ?? (await getBlockNumber(client, { cacheTime: 0 }));
    const pages = pagesOf(parameters.fromBlock ?? 0n, toBlock, parameters.blocksPerPage ?? DEFAULT_BLOCKS_PER_PAGE);
    const found: SubmittedDecision[] = [];
    for (const page of pages) found.push(...(await listPage(client, parameters, page)));
    return found;
  });
}

type Page = { readonly fromBlock: bigint; readonly toBlock: bigint };

function pagesOf(first: bigint, last: bigint, blocksPerPage: bigint): readonly Page[] {
  const pages: Page[] = [];
  for (let fromBlock = first; fromBlock <= last; fromBlock += blocksPerPage) {
    const end = fromBlock + blocksPerPage - 1n;
    pages.push({ fromBlock, toBlock: end < last ? end : last });
  }
  return pages;
}

async function listPage(
  client: ReadClient,
  { decisionRegistry, agentId, decisionId }: ListDecisionsParameters,
  page: Page,
): Promise<readonly SubmittedDecision[]> {
  const events = await getContractEvents(client, {
    ...page,
    address: decisionRegistry,
    abi: decisionRegistryAbi,
    eventName: "DecisionSubmitted",
    args: { ...(agentId === undefined ? {} : { agentId }), ...(decisionId === undefined ? {} : { decisionId }) },
    strict: true,
  });
  return events.map(({ args: { decisionId: id, binding, ...rest }, blockNumber, transactionHash }) => ({
    id,
    ...binding,
    ...rest,
    blockNumber,
    transactionHash,
  }));
}
