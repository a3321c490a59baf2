import { agentVaultAbi, committeeRegistryAbi, decisionRegistryAbi } from "@synod/sdk";
import { type Address, BaseError, type Hash, type Hex, type PublicClient, TransactionReceiptNotFoundError } from "viem";
import type { Finality, Settings } from "../settings.ts";
import { type LogRange, lowerHex, type PlacedLog, type RegistryEvent, readLogs, toEvents } from "./logs.ts";
import { type Block, blockQuestion, NonsenseError, newestBlock } from "./providers/newest-block.ts";
import { NoAgreementError } from "./providers/no-agreement.ts";
import type { Providers, Question } from "./providers/providers.ts";
import { UnusableAnswerError } from "./providers/unusable-answer.ts";

/** Blocks per log request: what public providers commonly allow. */
const LOG_RANGE_BLOCKS = 1_000n;

/** What became of a transaction, in a final block. */
export type Receipt = {
  readonly status: "success" | "reverted";
  readonly blockNumber: bigint;
  readonly blockHash: Hash;
};

/** Receipts of blocks that are not final yet count as none: honest providers may differ about them. */
async function readReceipt(client: PublicClient, hash: Hash, atBlock: bigint): Promise<Receipt | undefined> {
  try {
    const { status, blockNumber, blockHash } = await client.getTransactionReceipt({ hash });
    if (typeof blockNumber !== "bigint") throw new NonsenseError("receipt");
    return blockNumber > atBlock ? undefined : { status, blockNumber, blockHash: lowerHex(blockHash) };
  } catch (cause) {
    if (cause instanceof TransactionReceiptNotFoundError) return undefined;
    throw cause;
  }
}

function isTooLarge(cause: unknown): boolean {
  return (
    cause instanceof BaseError &&
    cause.walk((one) => one instanceof UnusableAnswerError && one.refusal === "tooLarge") !== null
  );
}

/**
 * What a committer reads from the chain. Every fact it acts upon is read at a named block and counts only when a quorum
 * of the providers say the same; nothing here is cached.
 * Errors: `NoAgreementError` when they do not, or do not answer; the caller tries again later.
 */
export class ChainReader {
  readonly providers: Providers;
  readonly committeeRegistry: Address;
  readonly decisionRegistry: Address;
  readonly #finality: Finality;

  constructor(providers: Providers, settings: Pick<Settings, "chain" | "contracts">) {
    this.providers = providers;
    this.committeeRegistry = settings.contracts.committeeRegistry;
    this.decisionRegistry = settings.contracts.decisionRegistry;
    this.#finality = settings.chain.finality;
  }

  /** The head has moved on. */
  onBlock(): void {
    this.providers.onBlock();
  }

  /** The newest block that a quorum has and agrees upon. */
  head(): Promise<Block> {
    return newestBlock(this.providers, "latest");
  }

  /** The final block of a number. */
  block(number: bigint): Promise<Block> {
    return this.providers.agreed(blockQuestion(number, "final"));
  }

  /** The newest final block, by tag or by depth below `head`. */
  finalised(head: Block): Promise<Block> {
    if (this.#finality.kind === "tag") return newestBlock(this.providers, "finalized");
    const number = head.number - BigInt(this.#finality.depthBlocks);
    return this.block(number > 0n ? number : 0n);
  }

  /** All events of both registries in the final blocks `from … to`, both included, in the chain's order. */
  async events(from: bigint, to: bigint): Promise<readonly RegistryEvent[]> {
    return toEvents(await this.#logs(from, to, "final"));
  }

  /**
   * The same of blocks that are not final. What a quorum does not agree upon yet is left out as a whole: it is good for
   * patience only, and honest providers may differ about it.
   */
  async unfinalisedEvents(from: bigint, to: bigint): Promise<readonly RegistryEvent[]> {
    try {
      return toEvents(await this.#logs(from, to, "passing"));
    } catch (cause) {
      if (cause instanceof NoAgreementError && cause.code === "rpcQuorumLost") return [];
      throw cause;
    }
  }

  /** All facts of one epoch at a final block. */
  epochFacts(committeeId: Hex, epoch: bigint, atBlock: bigint) {
    const topic = `epochOf ${committeeId} ${epoch}`;
    const read = { address: this.committeeRegistry, abi: committeeRegistryAbi, blockNumber: atBlock } as const;
    return this.#at(topic, atBlock, (client) =>
      client.readContract({ ...read, functionName: "epochOf", args: [committeeId, epoch] }),
    );
  }

  /** Number of the committee's newest epoch at a final block, whatever its status. */
  async latestEpoch(committeeId: Hex, atBlock: bigint): Promise<bigint> {
    const read = { address: this.committeeRegistry, abi: committeeRegistryAbi, blockNumber: atBlock } as const;
    const { latestEpoch } = await this.#at(`committeeOf ${committeeId}`, atBlock, (client) =>
      client.readContract({ ...read, functionName: "committeeOf", args: [committeeId] }),
    );
    return latestEpoch;
  }

  /** The members of one epoch, in order, at a final block. */
  members(committeeId: Hex, epoch: bigint, atBlock: bigint) {
    const read = { address: this.committeeRegistry, abi: committeeRegistryAbi, blockNumber: atBlock } as const;
    return this.#at(`members ${committeeId} ${epoch}`, atBlock, (client) =>
      client.readContract({ ...read, functionName: "members", args: [committeeId, epoch] }),
    );
  }

  /** The committee's active epoch at a final block, 0 if it has none. */
  activeEpoch(committeeId: Hex, atBlock: bigint): Promise<bigint> {
    const read = { address: this.committeeRegistry, abi: committeeRegistryAbi, blockNumber: atBlock } as const;
    return this.#at(`activeEpoch ${committeeId}`, atBlock, (client) =>
      client.readContract({ ...read, functionName: "activeEpoch", args: [committeeId] }),
    );
  }

  /** All facts of one agent at a final block. */
  agentFacts(agentId: Hex, atBlock: bigint) {
    const read = { address: this.decisionRegistry, abi: decisionRegistryAbi, blockNumber: atBlock } as const;
    return this.#at(`agentOf ${agentId}`, atBlock, (client) =>
      client.readContract({ ...read, functionName: "agentOf", args: [agentId] }),
    );
  }

  /** All facts of one decision at a final block. */
  decisionFacts(decisionId: Hex, atBlock: bigint) {
    const read = { address: this.decisionRegistry, abi: decisionRegistryAbi, blockNumber: atBlock } as const;
    return this.#at(`decisionOf ${decisionId}`, atBlock, (client) =>
      client.readContract({ ...read, functionName: "decisionOf", args: [decisionId] }),
    );
  }

  /** A vault's policy and the hash it reports, at a final block. */
  policyFacts(vault: Address, atBlock: bigint) {
    const read = { address: vault, abi: agentVaultAbi, blockNumber: atBlock } as const;
    return this.#at(`policy of ${vault}`, atBlock, async (client) => {
      const [policy, policyHash] = await Promise.all([
        client.readContract({ ...read, functionName: "policy" }),
        client.readContract({ ...read, functionName: "policyHash" }),
      ]);
      return { policy, policyHash };
    });
  }

  /** How often the vault executed in the rolling span of its policy, at a final block. */
  executionsInSpan(vault: Address, atBlock: bigint): Promise<bigint> {
    const read = { address: vault, abi: agentVaultAbi, blockNumber: atBlock } as const;
    return this.#at(`executionsInSpan ${vault}`, atBlock, (client) =>
      client.readContract({ ...read, functionName: "executionsInSpan" }),
    );
  }

  /** What the vault charged for an asset within its rolling window, at a final block. */
  spentInWindow(vault: Address, asset: Address, atBlock: bigint): Promise<bigint> {
    const read = { address: vault, abi: agentVaultAbi, blockNumber: atBlock } as const;
    return this.#at(`spentInWindow ${vault} ${asset}`, atBlock, (client) =>
      client.readContract({ ...read, functionName: "spentInWindow", args: [asset] }),
    );
  }

  /** How many transactions of an account are in final blocks up to `atBlock`. */
  transactionCount(address: Address, atBlock: bigint): Promise<number> {
    return this.#at(`transaction count of ${address}`, atBlock, (client) =>
      client.getTransactionCount({ address, blockNumber: atBlock }),
    );
  }

  /** The receipt of a transaction in a final block up to `atBlock`; `undefined` when it is in none. */
  receipt(hash: Hash, atBlock: bigint): Promise<Receipt | undefined> {
    return this.#at(`receipt of ${hash}`, atBlock, (client) => readReceipt(client, hash, atBlock));
  }

  #at<Value>(topic: string, atBlock: bigint, ask: (client: PublicClient) => Promise<Value>): Promise<Value> {
    return this.providers.agreed({ call: `${topic} at block ${atBlock}`, topic, atBlock, standing: "final", ask });
  }

  async #logs(from: bigint, to: bigint, standing: Question<unknown>["standing"]): Promise<readonly PlacedLog[]> {
    const addresses = [this.committeeRegistry, this.decisionRegistry];
    const logs: PlacedLog[] = [];
    for (let start = from; start <= to; start += LOG_RANGE_BLOCKS) {
      const end = start + LOG_RANGE_BLOCKS - 1n < to ? start + LOG_RANGE_BLOCKS - 1n : to;
      logs.push(...(await this.#logsOf({ addresses, from: start, to: end }, standing)));
    }
    return logs;
  }

  /** The logs of a range in as many parts as it takes for each to fit into an answer. */
  async #logsOf(range: LogRange, standing: Question<unknown>["standing"]): Promise<readonly PlacedLog[]> {
    const { from, to } = range;
    try {
      const ask = (client: PublicClient) => readLogs(client, range);
      const call = `logs of blocks ${from} to ${to}`;
      return await this.providers.agreed({ call, topic: `logs from block ${from}`, atBlock: to, standing, ask });
    } catch (cause) {
      if (from === to || !(cause instanceof NoAgreementError) || !cause.hasFailure(isTooLarge)) throw cause;
    }
    const middle = (from + to) / 2n;
    const lower = await this.#logsOf({ ...range, to: middle }, standing);
    return [...lower, ...(await this.#logsOf({ ...range, from: middle + 1n }, standing))];
  }
}
