import type { BlockTime, PolicySnapshot } from "@synod/core";
import type { Address } from "viem";
import type { ChainReader } from "../chain/reader.ts";

/** Reads policy snapshots; those of one block are read once, because they cannot differ. */
export type PolicySnapshots = {
  /** Errors: the provider's, when it does not answer. */
  read(vault: Address, block: BlockTime): Promise<PolicySnapshot>;
};

/** Snapshots read through `reader`, kept for the newest block that was asked for. */
export function policySnapshots(reader: ChainReader): PolicySnapshots {
  const kept = new Map<Address, Promise<PolicySnapshot>>();
  let keptBlock = -1n;
  return {
    read(vault, block) {
      if (block.number !== keptBlock) kept.clear();
      keptBlock = block.number;
      const known = kept.get(vault) ?? readPolicySnapshot(reader, vault, block);
      kept.set(vault, known);
      known.catch(() => kept.delete(vault));
      return known;
    },
  };
}

async function readPolicySnapshot(reader: ChainReader, vault: Address, block: BlockTime): Promise<PolicySnapshot> {
  const { number: atBlock, time } = block;
  const { policy, policyHash } = await reader.policyFacts(vault, atBlock);
  const spent = await Promise.all(
    policy.assets.map(async ({ asset }): Promise<[Address, bigint]> => {
      const key: Address = `0x${asset.slice(2).toLowerCase()}`;
      return [key, await reader.spentInWindow(vault, asset, atBlock)];
    }),
  );
  const executionsInSpan = await reader.executionsInSpan(vault, atBlock);
  return { vault, policy, policyHash, spentInWindow: new Map(spent), executionsInSpan, asOfBlock: atBlock, time };
}
