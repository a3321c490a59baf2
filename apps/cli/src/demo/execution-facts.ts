import { authorizationDigest, toAgentId, toCommitteeId, toDecisionId, toEpoch } from "@synod/core";
import { agentVaultAbi, type DecisionRecord, decisionRegistryAbi } from "@synod/sdk";
import { type Address, decodeFunctionData, type Hash, type Hex, recoverAddress } from "viem";
import type { DemoStage } from "./demo-stage.ts";

/** What the chain itself tells of one execution. */
export type ExecutionFacts = {
  readonly transactionHash: Hash;
  readonly blockNumber: bigint;
  readonly gasUsed: bigint;
  /** What it paid for a unit of gas, in wei. */
  readonly gasPriceWei: bigint;
  /** Who sent and paid for it. */
  readonly sender: Address;
  /** The signature in the execution's calldata, 65 bytes. */
  readonly signature: Hex;
  /** Who made that signature, over the digest rebuilt here from the decision's record. */
  readonly signer: Address;
};

/** Finds the execution of a decision and who signed it. Undefined when there is none. */
export async function executionFacts(
  stage: Pick<DemoStage, "client" | "devnet">,
  decision: DecisionRecord,
  vault: Address,
): Promise<ExecutionFacts | undefined> {
  const { client, devnet } = stage;
  const [event] = await client.getContractEvents({
    address: devnet.contracts.decisionRegistry,
    abi: decisionRegistryAbi,
    eventName: "DecisionExecuted",
    args: { decisionId: decision.id },
    fromBlock: 0n,
  });
  if (event === undefined) return undefined;
  const { transactionHash } = event;
  const [receipt, transaction] = await Promise.all([
    client.getTransactionReceipt({ hash: transactionHash }),
    client.getTransaction({ hash: transactionHash }),
  ]);
  const signature = signatureIn(transaction.input);
  const signer = await recoverAddress({ hash: digestOf(stage, decision, vault), signature });
  const { blockNumber, gasUsed, effectiveGasPrice: gasPriceWei, from: sender } = receipt;
  return { transactionHash, blockNumber, gasUsed, gasPriceWei, sender, signature, signer };
}

function signatureIn(input: Hex): Hex {
  const call = decodeFunctionData({ abi: agentVaultAbi, data: input });
  return call.functionName === "execute" ? call.args[2] : "0x";
}

function digestOf({ devnet }: Pick<DemoStage, "devnet">, decision: DecisionRecord, vault: Address): Hex {
  return authorizationDigest({
    kind: "authorization",
    chainId: BigInt(devnet.chain.chainId),
    vault,
    decisionId: toDecisionId(decision.id),
    agentId: toAgentId(decision.agentId),
    committeeId: toCommitteeId(decision.committeeId),
    epoch: toEpoch(decision.epoch),
    payloadHash: decision.payloadHash,
    policyHash: decision.policyHash,
    deadline: decision.deadline,
    registry: devnet.contracts.decisionRegistry,
  });
}
