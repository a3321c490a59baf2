import { agentVaultAbi, committeeRegistryAbi, decisionRegistryAbi } from "@synod/sdk";
import { type Address, type Hash, type Hex, type Log, type PublicClient, parseEventLogs } from "viem";
import type { Finality, Settings } from "../settings.ts";

/** One block of the chain. */
export type Block = {
  readonly number: bigint;
  readonly hash: Hash /** Seconds of chain time. */;
  readonly time: bigint;
};

/** A contract event with the place where it stands. */
type Placed<Parsed> = Parsed & { readonly blockNumber: bigint; readonly blockHash: Hash; readonly logIndex: number };

const registriesAbi = [...committeeRegistryAbi, ...decisionRegistryAbi] as const;

/** An event of the committee registry or the decision registry, told apart by `eventName`. */
export type RegistryEvent = Placed<ReturnType<typeof parseEventLogs<typeof registriesAbi, true, undefined>>[number]>;

/** The registry events whose name is `Name`. */
export type RegistryEventOf<Name extends RegistryEvent["eventName"]> = Extract<RegistryEvent, { eventName: Name }>;

/** Blocks per log request: what public providers commonly allow. */
const LOG_RANGE_BLOCKS = 1_000n;

function isPlaced(log: Log): boolean {
  return log.blockNumber !== null && log.blockHash !== null && log.logIndex !== null && !log.removed;
}

/**
 * What a committer reads from the chain. Every fact it acts upon is read at a named block; nothing here is cached.
 * Errors: viem's, when the provider does not answer or answers nonsense; the caller tries again later.
 */
export class ChainReader {
  readonly client: PublicClient;
  readonly committeeRegistry: Address;
  readonly decisionRegistry: Address;
  readonly #finality: Finality;

  constructor(client: PublicClient, settings: Pick<Settings, "chain" | "contracts">) {
    this.client = client;
    this.committeeRegistry = settings.contracts.committeeRegistry;
    this.decisionRegistry = settings.contracts.decisionRegistry;
    this.#finality = settings.chain.finality;
  }

  /** The newest block. */
  head(): Promise<Block> {
    return this.#block({ blockTag: "latest" });
  }

  /** The block of a number on the present chain. */
  block(number: bigint): Promise<Block> {
    return this.#block({ blockNumber: number });
  }

  /** The newest final block, by tag or by depth below `head`. */
  finalised(head: Block): Promise<Block> {
    if (this.#finality.kind === "tag") return this.#block({ blockTag: "finalized" });
    const number = head.number - BigInt(this.#finality.depthBlocks);
    return this.block(number > 0n ? number : 0n);
  }

  /** All events of both registries in the blocks `from … to`, both included, in the chain's order. */
  async events(from: bigint, to: bigint): Promise<readonly RegistryEvent[]> {
    const logs: Log[] = [];
    for (let start = from; start <= to; start += LOG_RANGE_BLOCKS) {
      const end = start + LOG_RANGE_BLOCKS - 1n < to ? start + LOG_RANGE_BLOCKS - 1n : to;
      const address = [this.committeeRegistry, this.decisionRegistry];
      logs.push(...(await this.client.getLogs({ address, fromBlock: start, toBlock: end })));
    }
    if (logs.length === 0) return [];
    return parseEventLogs({ abi: registriesAbi, logs: logs.filter(isPlaced), strict: true }) as RegistryEvent[];
  }

  /** All facts of one epoch at a block. */
  epochFacts(committeeId: Hex, epoch: bigint, atBlock: bigint) {
    return this.client.readContract({
      address: this.committeeRegistry,
      abi: committeeRegistryAbi,
      functionName: "epochOf",
      args: [committeeId, epoch],
      blockNumber: atBlock,
    });
  }

  /** Number of the committee's newest epoch at a block, whatever its status. */
  async latestEpoch(committeeId: Hex, atBlock: bigint): Promise<bigint> {
    const { latestEpoch } = await this.client.readContract({
      address: this.committeeRegistry,
      abi: committeeRegistryAbi,
      functionName: "committeeOf",
      args: [committeeId],
      blockNumber: atBlock,
    });
    return latestEpoch;
  }

  /** The members of one epoch, in order, at a block. */
  members(committeeId: Hex, epoch: bigint, atBlock: bigint) {
    return this.client.readContract({
      address: this.committeeRegistry,
      abi: committeeRegistryAbi,
      functionName: "members",
      args: [committeeId, epoch],
      blockNumber: atBlock,
    });
  }

  /** The committee's active epoch at a block, 0 if it has none. */
  activeEpoch(committeeId: Hex, atBlock: bigint): Promise<bigint> {
    return this.client.readContract({
      address: this.committeeRegistry,
      abi: committeeRegistryAbi,
      functionName: "activeEpoch",
      args: [committeeId],
      blockNumber: atBlock,
    });
  }

  /** All facts of one agent at a block. */
  agentFacts(agentId: Hex, atBlock: bigint) {
    return this.client.readContract({
      address: this.decisionRegistry,
      abi: decisionRegistryAbi,
      functionName: "agentOf",
      args: [agentId],
      blockNumber: atBlock,
    });
  }

  /** All facts of one decision at a block. */
  decisionFacts(decisionId: Hex, atBlock: bigint) {
    return this.client.readContract({
      address: this.decisionRegistry,
      abi: decisionRegistryAbi,
      functionName: "decisionOf",
      args: [decisionId],
      blockNumber: atBlock,
    });
  }

  /** A vault's policy and the hash it reports, at a block. */
  async policyFacts(vault: Address, atBlock: bigint) {
    const read = { address: vault, abi: agentVaultAbi, blockNumber: atBlock } as const;
    const [policy, policyHash] = await Promise.all([
      this.client.readContract({ ...read, functionName: "policy" }),
      this.client.readContract({ ...read, functionName: "policyHash" }),
    ]);
    return { policy, policyHash };
  }

  /** How often the vault executed in the rolling span of its policy, at a block. */
  executionsInSpan(vault: Address, atBlock: bigint): Promise<bigint> {
    return this.client.readContract({
      address: vault,
      abi: agentVaultAbi,
      functionName: "executionsInSpan",
      blockNumber: atBlock,
    });
  }

  /** What the vault charged for an asset within its rolling window, at a block. */
  spentInWindow(vault: Address, asset: Address, atBlock: bigint): Promise<bigint> {
    return this.client.readContract({
      address: vault,
      abi: agentVaultAbi,
      functionName: "spentInWindow",
      args: [asset],
      blockNumber: atBlock,
    });
  }

  async #block(at: { blockTag: "latest" | "finalized" } | { blockNumber: bigint }): Promise<Block> {
    const { number, hash, timestamp } = await this.client.getBlock(at);
    return { number: number ?? 0n, hash: hash ?? "0x", time: timestamp };
  }
}
