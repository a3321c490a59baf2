import { type Decision, toAgentId, toCommitteeId, toDecisionId, toEpoch, UNBOUND } from "@synod/core";
import { type Address, encodeFunctionData, erc20Abi } from "viem";

export const SUBMITTER: Address = "0x1111111111111111111111111111111111111111";
export const VAULT: Address = "0x2222222222222222222222222222222222222222";
export const TOKEN: Address = "0x3333333333333333333333333333333333333333";
export const FRIEND: Address = "0x4444444444444444444444444444444444444444";
export const STRANGER: Address = "0x5555555555555555555555555555555555555555";

/** Call data of an ERC-20 transfer. */
export function transferData(to: Address, amount: bigint) {
  return encodeFunctionData({ abi: erc20Abi, functionName: "transfer", args: [to, amount] });
}

/** A decision that moves 100 units of TOKEN to FRIEND, with any field replaced. */
export function sampleDecision(changes: Partial<Decision> = {}): Decision {
  return {
    id: toDecisionId(`0x${"d1".repeat(32)}`),
    agentId: toAgentId(`0x${"a1".repeat(32)}`),
    submitter: SUBMITTER,
    action: {
      chainId: 31_337n,
      vault: VAULT,
      calls: [{ target: TOKEN, value: 0n, data: transferData(FRIEND, 100n) }],
      bounds: [],
      gasFloor: 0n,
      noNewAllowances: false,
      allowances: [],
      codePins: [],
    },
    payloadHash: `0x${"b1".repeat(32)}`,
    deadline: 10_000n,
    ...UNBOUND,
    expectedSequence: 0n,
    salt: `0x${"00".repeat(32)}`,
    committeeId: toCommitteeId(`0x${"c1".repeat(32)}`),
    epoch: toEpoch(1n),
    policyHash: `0x${"e1".repeat(32)}`,
    quorum: 2,
    vetoWindow: 0n,
    ...changes,
  };
}
