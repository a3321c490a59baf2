import type { Address, Hex } from "viem";
import { encodeAbiParameters, keccak256, parseAbiParameters, stringToHex } from "viem/utils";
import type { Policy } from "../policy/types.ts";
import { encodeAction, encodeMembers, encodePolicy, type Member } from "./encoding.ts";
import type { AgentId, CommitteeId, DecisionId } from "./ids.ts";
import type { Action, Binding } from "./types.ts";

const COMMITTEE_TAG = keccak256(stringToHex("synod.committee.v1"));
const AGENT_TAG = keccak256(stringToHex("synod.agent.v1"));
const DECISION_TAG = keccak256(stringToHex("synod.decision.v1"));

const COMMITTEE_CONTENT = parseAbiParameters("bytes32, uint256, address, address, bytes32, bytes32, uint16, uint16");
const AGENT_CONTENT = parseAbiParameters(
  "bytes32, uint256, address, address, bytes32, bytes32, bytes32, bytes32, address, address, uint64",
);
const DECISION_CONTENT = parseAbiParameters(
  "bytes32, uint256, address, bytes32, address, bytes32, uint64, uint64, bytes32, bytes32, bytes32",
);

/** Where an id is given. */
export interface Place {
  readonly chainId: bigint;
  /** The registry that gives the id. */
  readonly registry: Address;
}

/** What makes a committee what it is, besides the place. */
export interface CommitteeContent {
  readonly proposer: Address;
  readonly salt: Hex;
  readonly membersHash: Hex;
  readonly minSigners: number;
  readonly quorum: number;
}

/** What makes an agent what it is, besides the place. The vault is deployed for the id and so not part of it. */
export interface AgentContent {
  readonly registrant: Address;
  readonly salt: Hex;
  readonly definitionHash: Hex;
  readonly lobeUri: string;
  readonly committeeId: CommitteeId;
  /** Zero address: nobody may veto. */
  readonly guardian: Address;
  /** Zero address: anyone may submit. */
  readonly submitter: Address;
  /** Seconds between approval and readiness. */
  readonly vetoWindow: bigint;
}

/** What makes a decision what it is, besides the place. */
export interface DecisionContent extends Binding {
  readonly agentId: AgentId;
  readonly submitter: Address;
  readonly payloadHash: Hex;
  readonly deadline: bigint;
  readonly salt: Hex;
}

/** Hash of an action: `keccak256(abi.encode(action))`. */
export function payloadHash(action: Action): Hex {
  return keccak256(encodeAction(action));
}

/** Hash of an ordered member list: `keccak256(abi.encode(members))`. */
export function membersHash(members: readonly Member[]): Hex {
  return keccak256(encodeMembers(members));
}

/** Hash of a policy: `keccak256(abi.encode(policy))`. */
export function policyHash(policy: Policy): Hex {
  return keccak256(encodePolicy(policy));
}

/** Id of a committee, as `CommitteeRegistry.proposeCommittee` gives it. */
export function committeeId(place: Place, content: CommitteeContent): CommitteeId {
  const { proposer, salt, minSigners, quorum } = content;
  const encoded = encodeAbiParameters(COMMITTEE_CONTENT, [
    COMMITTEE_TAG,
    place.chainId,
    place.registry,
    proposer,
    salt,
    content.membersHash,
    minSigners,
    quorum,
  ]);
  return keccak256(encoded) as CommitteeId;
}

/** Id of an agent, as `DecisionRegistry.computeAgentId` gives it. */
export function agentId(place: Place, content: AgentContent): AgentId {
  const encoded = encodeAbiParameters(AGENT_CONTENT, [
    AGENT_TAG,
    place.chainId,
    place.registry,
    content.registrant,
    content.salt,
    content.definitionHash,
    keccak256(stringToHex(content.lobeUri)),
    content.committeeId,
    content.guardian,
    content.submitter,
    content.vetoWindow,
  ]);
  return keccak256(encoded) as AgentId;
}

/** Id of a decision, as `DecisionRegistry.submit` gives it. */
export function decisionId(place: Place, content: DecisionContent): DecisionId {
  const encoded = encodeAbiParameters(DECISION_CONTENT, [
    DECISION_TAG,
    place.chainId,
    place.registry,
    content.agentId,
    content.submitter,
    content.payloadHash,
    content.deadline,
    content.expectedSequence,
    content.expectedStateRoot,
    content.predecessor,
    content.salt,
  ]);
  return keccak256(encoded) as DecisionId;
}
