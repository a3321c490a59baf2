import type { PolicySnapshot } from "@synod/core";
import type { Address } from "viem";
import type { ChainReader } from "../chain/reader.ts";

/** A vault's policy and what it has spent, all read at one block. */
export async function readPolicySnapshot(
  reader: ChainReader,
  vault: Address,
  atBlock: bigint,
): Promise<PolicySnapshot> {
  const { policy, policyHash } = await reader.policyFacts(vault, atBlock);
  const spent = await Promise.all(
    policy.assets.map(async ({ asset }): Promise<[Address, bigint]> => {
      const key: Address = `0x${asset.slice(2).toLowerCase()}`;
      return [key, await reader.spentInWindow(vault, asset, atBlock)];
    }),
  );
  return { vault, policy, policyHash, spentInWindow: new Map(spent), asOfBlock: atBlock };
}
