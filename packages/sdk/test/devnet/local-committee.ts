import {
  attestationDigest,
  authorizationDigest,
  epochConfirmationDigest,
  proofOfPossessionDigest,
  toAgentId,
  toCommitteeId,
  toDecisionId,
  toEpoch,
} from "@synod/core";
import { type Hex, keccak256, slice, stringToHex } from "viem";
import { type PrivateKeyAccount, privateKeyToAccount, sign } from "viem/accounts";
import { writeContract } from "viem/actions";
import { hardhat } from "viem/chains";
import {
  committeeRegistryAbi,
  type DecisionRecord,
  decisionRegistryAbi,
  type PublicPoint,
  type SynodContracts,
} from "../../src/index.ts";
import { account, chainClient, synodClient } from "./deploy.ts";

/** A committee whose keys, the group key included, all lie in this process: for tests of what the contracts answer. */
export type LocalCommittee = {
  readonly contracts: SynodContracts;
  readonly id: Hex;
  readonly members: readonly PrivateKeyAccount[];
  readonly group: PrivateKeyAccount;
};

const CHAIN_ID = BigInt(hardhat.id);
const ENDPOINT = "/ip4/127.0.0.1/tcp/1";
const RECORD_HASH = keccak256(stringToHex("record"));

/** A key that is the same in every run. */
export function localKey(name: string): PrivateKeyAccount {
  return privateKeyToAccount(keccak256(stringToHex(name)));
}

/** The affine point of an account's public key. */
export function pointOf({ publicKey }: PrivateKeyAccount): PublicPoint {
  return { x: slice(publicKey, 1, 33), y: slice(publicKey, 33, 65) };
}

/** Signs a digest with a local key whose secret is derived from the same name. */
async function signDigest(name: string, hash: Hex): Promise<Hex> {
  return sign({ hash, privateKey: keccak256(stringToHex(name)), to: "hex" });
}

/** Proposes a committee of `size` local keys, confirms it by all of them and activates it. */
export async function activateLocalCommittee(
  contracts: SynodContracts,
  size: number,
  quorum: number,
): Promise<LocalCommittee> {
  const client = synodClient(contracts, account(0));
  const members = Array.from({ length: size }, (_, index) => localKey(`member ${index}`));
  const { committeeId } = await client.proposeCommittee({
    salt: keccak256(stringToHex("salt")),
    members: members.map((member) => ({ publicKey: pointOf(member), endpoint: ENDPOINT })),
    minSigners: 2,
    quorum,
  });
  const committee = { contracts, id: committeeId, members, group: localKey("group") };
  for (const memberIndex of members.keys()) await confirm(committee, memberIndex);
  await activate(committee);
  return committee;
}

async function epochFacts({ contracts, id, group }: LocalCommittee) {
  const { epoch } = await synodClient(contracts).getCommittee({ committeeId: id });
  const { x: groupKeyX, y: groupKeyY } = pointOf(group);
  const { membersHash, minSigners, quorum } = epoch;
  return { committeeId: toCommitteeId(id), epoch: toEpoch(1n), membersHash, minSigners, quorum, groupKeyX, groupKeyY };
}

/** Confirms the group key as one member. */
export async function confirm(committee: LocalCommittee, memberIndex: number): Promise<void> {
  const { committeeRegistry } = committee.contracts;
  const facts = { ...(await epochFacts(committee)), recordHash: RECORD_HASH };
  const digest = epochConfirmationDigest({ chainId: CHAIN_ID, committeeRegistry }, facts);
  const signature = await signDigest(`member ${memberIndex}`, digest);
  await send(committeeRegistry, committeeRegistryAbi, "confirmEpoch", [
    committee.id,
    1n,
    memberIndex,
    pointOf(committee.group),
    RECORD_HASH,
    signature,
  ]);
}

async function activate(committee: LocalCommittee): Promise<void> {
  const { committeeRegistry } = committee.contracts;
  const digest = proofOfPossessionDigest({ chainId: CHAIN_ID, committeeRegistry }, await epochFacts(committee));
  const signature = await signDigest("group", digest);
  await send(committeeRegistry, committeeRegistryAbi, "activateEpoch", [committee.id, 1n, signature]);
}

/** Records a result, attested by the first `quorum` members. */
export async function resolve(committee: LocalCommittee, decision: DecisionRecord, reply: boolean): Promise<void> {
  const { decisionRegistry } = committee.contracts;
  const resultHash = keccak256(stringToHex(`reply ${reply}`));
  const { epoch } = await synodClient(committee.contracts).getCommittee({ committeeId: committee.id });
  const digest = attestationDigest(
    { chainId: CHAIN_ID, decisionRegistry },
    {
      decisionId: toDecisionId(decision.id),
      committeeId: toCommitteeId(committee.id),
      epoch: toEpoch(decision.epoch),
      reply,
      resultHash,
    },
  );
  const attestations = await Promise.all(
    Array.from({ length: epoch.quorum }, async (_, memberIndex) => ({
      memberIndex,
      signature: await signDigest(`member ${memberIndex}`, digest),
    })),
  );
  await send(decisionRegistry, decisionRegistryAbi, "resolve", [decision.id, reply, resultHash, attestations]);
}

/** The group key's authorization of a decision. */
export async function authorize(committee: LocalCommittee, decision: DecisionRecord, vault: Hex): Promise<Hex> {
  const digest = authorizationDigest({
    kind: "authorization",
    chainId: CHAIN_ID,
    vault,
    decisionId: toDecisionId(decision.id),
    agentId: toAgentId(decision.agentId),
    committeeId: toCommitteeId(committee.id),
    epoch: toEpoch(decision.epoch),
    payloadHash: decision.payloadHash,
    policyHash: decision.policyHash,
    deadline: decision.deadline,
    registry: committee.contracts.decisionRegistry,
  });
  return signDigest("group", digest);
}

async function send(
  address: Hex,
  abi: typeof committeeRegistryAbi | typeof decisionRegistryAbi,
  functionName: string,
  args: readonly unknown[],
): Promise<void> {
  const client = chainClient();
  const request = { address, abi, functionName, args, account: account(5), chain: hardhat };
  const hash = await writeContract(client, request as Parameters<typeof writeContract>[1]);
  await client.waitForTransactionReceipt({ hash });
}
