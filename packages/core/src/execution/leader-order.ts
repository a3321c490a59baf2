import { concat, keccak256, numberToHex, stringToHex } from "viem/utils";
import type { DecisionId, MemberIndex } from "../decision/ids.ts";
import { toMemberIndex } from "../decision/ids.ts";
import type { TransactionPurpose } from "./transaction.ts";

/** What an order of members is for. Different uses give independent orders. */
export type OrderPurpose = TransactionPurpose | { readonly kind: "sign"; readonly cycle: number };

function purposeTag(purpose: OrderPurpose): string {
  return typeof purpose === "string" ? `synod.order.${purpose}` : `synod.order.sign.${purpose.cycle}`;
}

/**
 * All members 0 … `memberCount`−1 in an order that every committer derives alone: by keccak256 of decision id, purpose
 * and index. Nobody chooses it and no message is needed for it.
 */
export function memberOrder(
  decisionId: DecisionId,
  purpose: OrderPurpose,
  memberCount: number,
): readonly MemberIndex[] {
  const tag = keccak256(stringToHex(purposeTag(purpose)));
  const ranked = Array.from({ length: memberCount }, (_, index) => ({
    memberIndex: toMemberIndex(index),
    hash: keccak256(concat([tag, decisionId, numberToHex(index, { size: 2 })])),
  }));
  return ranked.sort((a, b) => (a.hash < b.hash ? -1 : 1)).map(({ memberIndex }) => memberIndex);
}

/**
 * First block at which a member may submit: the first in order at once, each next one after `staggerBlocks` more, so
 * that it acts only if the chain shows nothing by then.
 */
export function turnOf(
  order: readonly MemberIndex[],
  self: MemberIndex,
  fromBlock: bigint,
  staggerBlocks: bigint,
): bigint {
  return fromBlock + BigInt(order.indexOf(self)) * staggerBlocks;
}
