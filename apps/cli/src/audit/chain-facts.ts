import {
  authorizationDigest,
  type SignedAuditHead,
  toAgentId,
  toCommitteeId,
  toDecisionId,
  toEpoch,
} from "@synod/core";
import { type DecisionRecord, decisionRegistryAbi, SynodSdkError } from "@synod/sdk";
import { type Address, type Hex, TransactionReceiptNotFoundError } from "viem";
import type { SynodClient } from "../chain/synod-client.ts";
import type { Deployment } from "../deployment/deployment.ts";

/** What the chain says about one decision, as far as an audit log speaks of it. */
export type DecisionFacts = {
  readonly decision: DecisionRecord;
  /** What the group key must sign for it. */
  readonly digest: Hex;
  /** Address of the group key of its epoch. */
  readonly groupAddress: Address | undefined;
  /** How many shares sign in its epoch. */
  readonly minSigners: number;
};

/** How a transaction ended, or that the chain has none of this hash. */
export type TransactionFate = "succeeded" | "reverted" | "unknown";

/** An epoch, and the registry that has it. */
export type EpochPlace = Pick<SignedAuditHead, "chainId" | "committeeRegistry" | "committeeId" | "epoch">;

/** The chain as a check of audit logs asks it. */
export type AuditChain = {
  /** `undefined`: the chain knows no such decision. */
  readonly factsOf: (decisionId: Hex) => Promise<DecisionFacts | undefined>;
  readonly fateOf: (transaction: Hex) => Promise<TransactionFate>;
  /** Addresses of an epoch's members, in order; `undefined`: no such epoch at the registry of this deployment. */
  readonly membersOf: (epoch: EpochPlace) => Promise<readonly Address[] | undefined>;
  /** Every decision that was executed, in the chain's order. */
  readonly executed: () => Promise<readonly Hex[]>;
};

/** Reads a deployment's chain; every decision and every epoch is read once. Errors of its functions: those of the chain. */
export function auditChain(client: SynodClient, deployment: Deployment): AuditChain {
  const known = new Map<Hex, Promise<DecisionFacts | undefined>>();
  const epochs = new Map<string, Promise<readonly Address[] | undefined>>();
  return {
    factsOf: (decisionId) => {
      const facts = known.get(decisionId) ?? readFacts(client, deployment, decisionId);
      known.set(decisionId, facts);
      return facts;
    },
    fateOf: (transaction) => readFate(client, transaction),
    membersOf: (epoch) => {
      const key = `${epoch.chainId} ${epoch.committeeRegistry} ${epoch.committeeId} ${epoch.epoch}`;
      const members = epochs.get(key) ?? readMembers(client, deployment, epoch);
      epochs.set(key, members);
      return members;
    },
    executed: () => readExecuted(client, deployment),
  };
}

async function readFacts(
  client: SynodClient,
  { chainId, decisionRegistry }: Deployment,
  decisionId: Hex,
): Promise<DecisionFacts | undefined> {
  const decision = await client.getDecision({ decisionId }).catch(undefinedIfUnknown);
  if (decision === undefined) return undefined;
  const { agentId, committeeId, epoch, payloadHash, policyHash, deadline } = decision;
  const [{ vault }, committee] = await Promise.all([
    client.getAgent({ agentId }),
    client.getCommittee({ committeeId, epoch }),
  ]);
  const digest = authorizationDigest({
    kind: "authorization",
    chainId: BigInt(chainId),
    vault,
    decisionId: toDecisionId(decisionId),
    agentId: toAgentId(agentId),
    committeeId: toCommitteeId(committeeId),
    epoch: toEpoch(epoch),
    payloadHash,
    policyHash,
    deadline,
    registry: decisionRegistry,
  });
  return { decision, digest, groupAddress: committee.epoch.group?.address, minSigners: committee.epoch.minSigners };
}

async function readMembers(
  client: SynodClient,
  deployment: Deployment,
  { chainId, committeeRegistry, committeeId, epoch }: EpochPlace,
): Promise<readonly Address[] | undefined> {
  const isHere = chainId === BigInt(deployment.chainId) && committeeRegistry === deployment.committeeRegistry;
  const committee = isHere ? await client.getCommittee({ committeeId, epoch }).catch(undefinedIfUnknown) : undefined;
  return committee?.epoch.members.map(({ address }) => address);
}

function undefinedIfUnknown(error: unknown): undefined {
  if (error instanceof SynodSdkError && error.code === "UNKNOWN_ID") return undefined;
  throw error;
}

async function readFate(client: SynodClient, hash: Hex): Promise<TransactionFate> {
  try {
    const { status } = await client.getTransactionReceipt({ hash });
    return status === "success" ? "succeeded" : "reverted";
  } catch (error) {
    if (error instanceof TransactionReceiptNotFoundError) return "unknown";
    throw error;
  }
}

async function readExecuted(client: SynodClient, { decisionRegistry }: Deployment): Promise<readonly Hex[]> {
  const events = await client.getContractEvents({
    address: decisionRegistry,
    abi: decisionRegistryAbi,
    eventName: "DecisionExecuted",
    fromBlock: 0n,
    strict: true,
  });
  return events.map(({ args }) => args.decisionId);
}
