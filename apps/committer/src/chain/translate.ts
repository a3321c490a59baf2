import {
  type BlockRef,
  type Decision,
  epochKey,
  type JournalEvent,
  type MemberIndex,
  payloadHash,
  toAgentId,
  toCommitteeId,
  toDecisionId,
  toEpoch,
  toMemberIndex,
} from "@synod/core";
import type { Address, Hex } from "viem";
import { compressedKey } from "../identity.ts";
import type { CommitterEvent, EpochObserved } from "../journal/events.ts";
import type { RegistryEvent, RegistryEventOf } from "./logs.ts";

const MAX_MEMBERS = 64;

/** What decides whether an event concerns this committer. */
export type Interest = {
  /** Own identity key, compressed. */
  readonly peer: Hex;
  /** Whether this committer joins an epoch that was proposed. The registry lets anybody name anybody as a member. */
  isWelcome(proposal: { readonly committeeId: Hex; readonly proposer: Address }): boolean;
  /** Whether this committer is a member of the epoch, by `epochKey`. */
  isMember(epochKey: string): boolean;
  /** Whether the decision is one of this committer's and not closed. */
  isOpen(decisionId: Hex): boolean;
};

function blockOf(event: RegistryEvent): BlockRef {
  return { number: event.blockNumber, hash: event.blockHash };
}

function epochProposed(
  event: RegistryEventOf<"EpochProposed">,
  { peer, isWelcome }: Interest,
): readonly EpochObserved[] {
  const { committeeId, epoch, members, minSigners, quorum, membersHash } = event.args;
  const self = members.findIndex(({ x, y }) => compressedKey(x, y) === peer);
  if (self < 0 || !isWelcome(event.args)) return [];
  const terms = { members, minSigners, quorum, membersHash, self: toMemberIndex(self), block: blockOf(event) };
  return [{ kind: "EpochObserved", committeeId: toCommitteeId(committeeId), epoch: toEpoch(epoch), ...terms }];
}

/** The decision that `DecisionSubmitted` announces; its ids and hashes are checked by core's validation. */
export function toDecision({ args }: RegistryEventOf<"DecisionSubmitted">): Decision {
  return {
    id: toDecisionId(args.decisionId),
    agentId: toAgentId(args.agentId),
    submitter: args.submitter,
    action: args.action,
    payloadHash: payloadHash(args.action),
    deadline: args.deadline,
    ...args.binding,
    salt: args.salt,
    committeeId: toCommitteeId(args.committeeId),
    epoch: toEpoch(args.epoch),
    policyHash: args.policyHash,
    quorum: args.quorum,
    vetoWindow: args.vetoWindow,
  };
}

function decisionSubmitted(event: RegistryEventOf<"DecisionSubmitted">, interest: Interest): readonly JournalEvent[] {
  const decision = toDecision(event);
  if (!interest.isMember(epochKey(decision.committeeId, decision.epoch))) return [];
  const block = blockOf(event);
  return [
    { kind: "DecisionObserved", decision, block, logIndex: event.logIndex },
    { kind: "DecisionFinalised", decisionId: decision.id, block },
  ];
}

function membersIn(bitmap: bigint): readonly MemberIndex[] {
  const all = Array.from({ length: MAX_MEMBERS }, (_, index) => index);
  return all.filter((index) => ((bitmap >> BigInt(index)) & 1n) === 1n).map(toMemberIndex);
}

function resolved(event: RegistryEventOf<"DecisionApproved" | "DecisionRejected">): readonly CommitterEvent[] {
  const decisionId = toDecisionId(event.args.decisionId);
  const result: JournalEvent = {
    kind: "ResultObserved",
    decisionId,
    reply: event.eventName === "DecisionApproved",
    resultHash: event.args.resultHash,
    readyAt: event.eventName === "DecisionApproved" ? event.args.readyAt : 0n,
    block: blockOf(event),
  };
  return [result, { kind: "ResultAttested", decisionId, attesters: membersIn(event.args.attesters) }];
}

const ENDINGS = { DecisionExecuted: "executed", DecisionVetoed: "vetoed", DecisionCancelled: "cancelled" } as const;

/**
 * What a finalised registry event means to this committer, as journal entries; none when it concerns others.
 * Events that only repeat what is read as facts anyway (confirmations, activations, agents) give none.
 */
export function translate(event: RegistryEvent, interest: Interest): readonly CommitterEvent[] {
  switch (event.eventName) {
    case "EpochProposed":
      return epochProposed(event, interest);
    case "DecisionSubmitted":
      return decisionSubmitted(event, interest);
    case "DecisionApproved":
    case "DecisionRejected":
      return interest.isOpen(event.args.decisionId) ? resolved(event) : [];
    case "DecisionExecuted":
    case "DecisionVetoed":
    case "DecisionCancelled": {
      const decisionId = toDecisionId(event.args.decisionId);
      if (!interest.isOpen(decisionId)) return [];
      return [{ kind: "EndingObserved", decisionId, ending: ENDINGS[event.eventName], block: blockOf(event) }];
    }
    default:
      return [];
  }
}

/**
 * What a run of finalised events means to this committer. Events that build on earlier ones of the same run, such as
 * the result of a decision submitted in it, are understood.
 */
export function translateAll(events: readonly RegistryEvent[], interest: Interest): readonly CommitterEvent[] {
  const committees = new Set<Hex>();
  const members = new Set<string>();
  const opened = new Set<Hex>();
  const grown: Interest = {
    peer: interest.peer,
    isWelcome: (proposal) => committees.has(proposal.committeeId) || interest.isWelcome(proposal),
    isMember: (key) => members.has(key) || interest.isMember(key),
    isOpen: (decisionId) => opened.has(decisionId) || interest.isOpen(decisionId),
  };
  return events.flatMap((event) => {
    const translated = translate(event, grown);
    for (const entry of translated) {
      if (entry.kind === "EpochObserved") {
        committees.add(entry.committeeId);
        members.add(epochKey(entry.committeeId, entry.epoch));
      }
      if (entry.kind === "DecisionObserved") opened.add(entry.decision.id);
    }
    return translated;
  });
}
