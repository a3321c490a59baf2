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
import {
  type CommitteeRecord,
  committeeRegistryAbi,
  type DecisionRecord,
  decisionRegistryAbi,
  type PublicPoint,
  type SynodContracts,
} from "@synod/sdk";
import { type Address, type Hex, keccak256, slice, stringToHex } from "viem";
import { generatePrivateKey, type PrivateKeyAccount, privateKeyToAccount } from "viem/accounts";
import type { AccountClient, ChainTarget } from "../chain/account-client.ts";
import { createSynodClient, type SynodClient } from "../chain/synod-client.ts";

/**
 * A committee whose members and group key all lie in one hand: what a committee is when every member colludes. It can
 * sign anything; the demonstration uses it to show what it still cannot do.
 */
export type ColludingCommittee = {
  readonly id: Hex;
  readonly members: readonly PrivateKeyAccount[];
  readonly group: PrivateKeyAccount;
};

/** Where the committee lives and who pays for its transactions. */
export type ColludingPlace = {
  readonly chain: ChainTarget;
  readonly contracts: SynodContracts;
  readonly payer: AccountClient;
};

const MEMBERS = 2;
const ENDPOINT = "/ip4/127.0.0.1/tcp/1";
const EPOCH = 1n;
const RECORD_HASH = keccak256(stringToHex("no key generation took place"));

/** Makes a colluding committee and activates it. Side effects: sends one transaction per member and two more. */
export async function raiseColludingCommittee(place: ColludingPlace): Promise<ColludingCommittee> {
  const client = clientOf(place);
  const members = Array.from({ length: MEMBERS }, () => privateKeyToAccount(generatePrivateKey()));
  const group = privateKeyToAccount(generatePrivateKey());
  const { committeeId } = await client.proposeCommittee({
    salt: keccak256(stringToHex(group.address)),
    members: members.map((member) => ({ publicKey: pointOf(member), endpoint: ENDPOINT })),
    minSigners: MEMBERS,
    quorum: MEMBERS,
  });
  const committee = { id: committeeId, members, group };
  const record = await client.getCommittee({ committeeId });
  for (const [memberIndex, member] of members.entries()) await confirm(place, committee, record, memberIndex, member);
  await activate(place, committee, record);
  return committee;
}

/** Approves a pending decision by all members. Side effects: sends one transaction. */
export async function approve(
  place: ColludingPlace,
  committee: ColludingCommittee,
  decision: DecisionRecord,
): Promise<void> {
  const resultHash = keccak256(stringToHex("approved by collusion"));
  const message = {
    decisionId: toDecisionId(decision.id),
    committeeId: toCommitteeId(committee.id),
    epoch: toEpoch(EPOCH),
    reply: true,
    resultHash,
  };
  const { decisionRegistry } = place.contracts;
  const digest = attestationDigest({ chainId: BigInt(place.chain.chainId), decisionRegistry }, message);
  const attestations = await Promise.all(
    committee.members.map(async (member, memberIndex) => ({
      memberIndex,
      signature: await member.sign({ hash: digest }),
    })),
  );
  const hash = await place.payer.writeContract({
    address: decisionRegistry,
    abi: decisionRegistryAbi,
    functionName: "resolve",
    args: [decision.id, true, resultHash, attestations],
  });
  await place.payer.waitForTransactionReceipt({ hash });
}

/** The group key's authorization of a decision, 65 bytes. */
export function authorize(
  place: ColludingPlace,
  committee: ColludingCommittee,
  decision: DecisionRecord,
  vault: Address,
): Promise<Hex> {
  const digest = authorizationDigest({
    kind: "authorization",
    chainId: BigInt(place.chain.chainId),
    vault,
    decisionId: toDecisionId(decision.id),
    agentId: toAgentId(decision.agentId),
    committeeId: toCommitteeId(committee.id),
    epoch: toEpoch(EPOCH),
    payloadHash: decision.payloadHash,
    policyHash: decision.policyHash,
    deadline: decision.deadline,
    registry: place.contracts.decisionRegistry,
  });
  return committee.group.sign({ hash: digest });
}

function clientOf({ chain, contracts, payer }: ColludingPlace): SynodClient {
  return createSynodClient({ ...chain, ...contracts }, payer.account);
}

function pointOf({ publicKey }: PrivateKeyAccount): PublicPoint {
  return { x: slice(publicKey, 1, 33), y: slice(publicKey, 33, 65) };
}

function factsOf({ id, group }: ColludingCommittee, { epoch }: CommitteeRecord) {
  const { x: groupKeyX, y: groupKeyY } = pointOf(group);
  const { membersHash, minSigners, quorum } = epoch;
  return {
    committeeId: toCommitteeId(id),
    epoch: toEpoch(EPOCH),
    membersHash,
    minSigners,
    quorum,
    groupKeyX,
    groupKeyY,
  };
}

function committeePlace({ chain, contracts }: ColludingPlace) {
  return { chainId: BigInt(chain.chainId), committeeRegistry: contracts.committeeRegistry };
}

async function confirm(
  place: ColludingPlace,
  committee: ColludingCommittee,
  record: CommitteeRecord,
  memberIndex: number,
  member: PrivateKeyAccount,
): Promise<void> {
  const message = { ...factsOf(committee, record), recordHash: RECORD_HASH };
  const signature = await member.sign({ hash: epochConfirmationDigest(committeePlace(place), message) });
  const hash = await place.payer.writeContract({
    address: place.contracts.committeeRegistry,
    abi: committeeRegistryAbi,
    functionName: "confirmEpoch",
    args: [committee.id, EPOCH, memberIndex, pointOf(committee.group), RECORD_HASH, signature],
  });
  await place.payer.waitForTransactionReceipt({ hash });
}

async function activate(place: ColludingPlace, committee: ColludingCommittee, record: CommitteeRecord): Promise<void> {
  const digest = proofOfPossessionDigest(committeePlace(place), factsOf(committee, record));
  const hash = await place.payer.writeContract({
    address: place.contracts.committeeRegistry,
    abi: committeeRegistryAbi,
    functionName: "activateEpoch",
    args: [committee.id, EPOCH, await committee.group.sign({ hash: digest })],
  });
  await place.payer.waitForTransactionReceipt({ hash });
}
