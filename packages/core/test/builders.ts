// Small valid values for tests; each takes what matters to the test and fills in the rest.
import type { Address, Hex } from "viem";
import { getAddress, keccak256, numberToHex, stringToHex } from "viem/utils";
import {
  type Action,
  type Attestation,
  type BlockRef,
  type CommitteeView,
  type CommitterView,
  composePolicy,
  type Decision,
  decisionId,
  epochKey,
  type JournalEvent,
  type PeerId,
  type Policy,
  type PolicyDraft,
  type PolicySnapshot,
  payloadHash,
  policyHash,
  toAgentId,
  toCommitteeId,
  toEpoch,
  toMemberIndex,
  UNBOUND,
  ZERO_ADDRESS,
} from "../src/index.ts";

const words = new Map<string, Hex>();

/** 32 bytes derived from a name. Kept, because simulations ask for the same ones many times. */
export function word(name: string): Hex {
  const known = words.get(name) ?? keccak256(stringToHex(name));
  words.set(name, known);
  return known;
}

export const account = (name: string): Address => getAddress(`0x${word(name).slice(26)}`);
export const block = (number: bigint): BlockRef => ({ number, hash: word(`block ${number}`) });
export const member = toMemberIndex;
export const signatureOf = (name: string): Hex => `0x${word(name).slice(2)}${word(`${name}'`).slice(2)}1b`;

export const CHAIN_ID = 31_337n;
export const REGISTRY = account("decision registry");
export const VAULT = account("vault");
export const TOKEN = account("token");
export const PAYEE = account("payee");
export const AGENT = toAgentId(word("agent"));
export const COMMITTEE = toCommitteeId(word("committee"));
export const EPOCH = toEpoch(1n);

const pad = (value: Hex): string => value.slice(2).toLowerCase().padStart(64, "0");

/** Calldata of a function with one-word arguments. */
export function calldata(selector: Hex, ...args: readonly (bigint | Address)[]): Hex {
  const words = args.map((arg) => pad(typeof arg === "bigint" ? numberToHex(arg) : arg));
  return `${selector}${words.join("")}`;
}

export const TRANSFER: Hex = "0xa9059cbb";
export const TRANSFER_FROM: Hex = "0x23b872dd";
export const APPROVE: Hex = "0x095ea7b3";
export const INCREASE_ALLOWANCE: Hex = "0x39509351";

export function anAction(changes: Partial<Action> = {}): Action {
  const calls = [{ target: TOKEN, value: 0n, data: calldata(TRANSFER, PAYEE, 5n) }];
  return { chainId: CHAIN_ID, vault: VAULT, calls, bounds: [], gasFloor: 100_000n, ...NO_EFFECTS, ...changes };
}

/** No effect of the action is bounded beside its balances. */
const NO_EFFECTS = { noNewAllowances: false, allowances: [], codePins: [] };

export function aPolicy(changes: Partial<PolicyDraft> = {}): Policy {
  return composePolicy({
    calls: [
      { target: TOKEN, selector: TRANSFER },
      { target: PAYEE, selector: "0x00000000" },
    ],
    assets: [
      { asset: TOKEN, maxPerTransaction: 10n, maxPerWindow: 20n, windowSeconds: 3_600n },
      { asset: ZERO_ADDRESS, maxPerTransaction: 100n, maxPerWindow: 150n, windowSeconds: 3_600n },
    ],
    ...changes,
  });
}

export function aSnapshot(policy: Policy = aPolicy(), changes: Partial<PolicySnapshot> = {}): PolicySnapshot {
  const spentInWindow = new Map<Address, bigint>();
  const block = { asOfBlock: 10n, time: 1_000n };
  const own = { vault: VAULT, policy, policyHash: policyHash(policy) };
  return { ...own, spentInWindow, executionsInSpan: 0n, ...block, ...changes };
}

/** A decision whose id and payload hash are what they must be; `name` makes it another one. */
export function aDecision(name = "one", changes: Partial<Decision> = {}): Decision {
  const base = {
    agentId: AGENT,
    submitter: account("submitter"),
    action: anAction(),
    deadline: 10_000n,
    ...UNBOUND,
    salt: word(name),
    committeeId: COMMITTEE,
    epoch: EPOCH,
    policyHash: policyHash(aPolicy()),
    quorum: 3,
    vetoWindow: 100n,
    ...changes,
  };
  const hash = payloadHash(base.action);
  const id = decisionId({ chainId: CHAIN_ID, registry: REGISTRY }, { ...base, payloadHash: hash });
  return { ...base, payloadHash: hash, id, ...changes };
}

export const peer = (index: number): PeerId => `0x02${word(`peer ${index}`).slice(2)}`;

export function aCommittee(changes: Partial<CommitteeView> = {}, memberCount = 4): CommitteeView {
  const members = Array.from({ length: memberCount }, (_, index) => ({
    memberIndex: member(index),
    peer: peer(index),
    address: account(`member ${index}`),
  }));
  return {
    committeeId: COMMITTEE,
    epoch: EPOCH,
    members,
    minSigners: 2,
    quorum: 3,
    groupAddress: account("group"),
    self: member(0),
    ...changes,
  };
}

export function aView(changes: Partial<CommitterView> = {}, committee: CommitteeView = aCommittee()): CommitterView {
  return {
    finalised: { number: 100n, time: 1_000n },
    head: { number: 100n, time: 1_000n },
    finality: "advancing",
    committees: new Map([[epochKey(committee.committeeId, committee.epoch), committee]]),
    agents: new Map([[AGENT, { agentId: AGENT, sequence: 0n, landedAt: new Map() }]]),
    connected: new Set(committee.members.map((each) => each.peer)),
    headResolved: new Set(),
    headExecuted: new Set(),
    minedNonce: 0,
    issued: new Set(),
    settings: { attemptBlocks: 5n, submitStaggerBlocks: 3n, stuckBlocks: 10n, maxFailures: 3 },
    ...changes,
  };
}

export const RESULT_HASH = word("result");

export function anAttestation(decision: Decision, index: number, changes: Partial<Attestation> = {}): Attestation {
  return {
    decisionId: decision.id,
    memberIndex: member(index),
    reply: true,
    resultHash: RESULT_HASH,
    signature: signatureOf(`attestation ${index}`),
    ...changes,
  };
}

/** The usual events of one decision, in order; a test takes as many as it needs. */
export function eventsOf(decision: Decision): Readonly<Record<EventName, JournalEvent>> {
  const { id: decisionId, epoch } = decision;
  const digest = word(`digest ${decisionId}`);
  return {
    observed: { kind: "DecisionObserved", decision, block: block(90n), logIndex: 0 },
    finalised: { kind: "DecisionFinalised", decisionId, block: block(90n) },
    reorged: { kind: "DecisionReorged", decisionId },
    validated: { kind: "DecisionValidated", decisionId },
    refused: { kind: "DecisionRefused", decisionId, violations: [{ code: "WITHOUT_CALLS", message: "no calls" }] },
    answered: { kind: "LobeAnswered", decisionId, reply: true, resultHash: RESULT_HASH, reason: "fine" },
    unanswered: { kind: "LobeUnanswered", decisionId, reason: "timeout", atBlock: 100n },
    attested: { kind: "AttestationSigned", attestation: anAttestation(decision, 0), atBlock: 100n },
    received: { kind: "AttestationReceived", attestation: anAttestation(decision, 1), atBlock: 100n },
    approved: {
      kind: "ResultObserved",
      decisionId,
      reply: true,
      resultHash: RESULT_HASH,
      readyAt: 950n,
      block: block(92n),
    },
    rejected: {
      kind: "ResultObserved",
      decisionId,
      reply: false,
      resultHash: RESULT_HASH,
      readyAt: 0n,
      block: block(92n),
    },
    ready: { kind: "DecisionReady", decisionId, readyBlock: 95n },
    allowed: verdictOf(decision, 1, "allow"),
    denied: verdictOf(decision, 1, "deny"),
    claimed: { kind: "SignClaimed", decisionId, epoch, digest },
    started: { kind: "SigningAttemptStarted", decisionId, attempt: 1, signers: [member(0), member(1)] },
    aborted: {
      kind: "SigningAttemptAborted",
      decisionId,
      attempt: 1,
      severity: "retry",
      code: "expired",
      culprits: [member(1)],
    },
    signed: {
      kind: "SignatureProduced",
      decisionId,
      digest,
      signature: signatureOf("group"),
      origin: "session",
      atBlock: 100n,
    },
    executed: { kind: "EndingObserved", decisionId, ending: "executed", block: block(99n) },
    vetoed: { kind: "EndingObserved", decisionId, ending: "vetoed", block: block(93n) },
    cancelled: { kind: "EndingObserved", decisionId, ending: "cancelled", block: block(91n) },
    parked: { kind: "DecisionParked", decisionId, reason: "target reverts" },
    closed: { kind: "DecisionClosed", decisionId, state: "Executed" },
  };
}

type EventName =
  | "observed"
  | "finalised"
  | "reorged"
  | "validated"
  | "refused"
  | "answered"
  | "unanswered"
  | "attested"
  | "received"
  | "approved"
  | "rejected"
  | "ready"
  | "allowed"
  | "denied"
  | "claimed"
  | "started"
  | "aborted"
  | "signed"
  | "executed"
  | "vetoed"
  | "cancelled"
  | "parked"
  | "closed";

export function verdictOf(decision: Decision, attempt: number, verdict: "allow" | "deny"): JournalEvent {
  return {
    kind: "PolicyVerdictRecorded",
    decisionId: decision.id,
    attempt,
    verdict,
    violations: verdict === "allow" ? [] : [{ code: "SELF_CALL", message: "calls the vault" }],
    charges: [{ asset: TOKEN, amount: 5n }],
    policyHash: decision.policyHash,
    asOfBlock: 100n,
  };
}

/** Settings of a property test: the seed comes from SYNOD_TEST_SEED or is new; fast-check prints it on failure. */
export function runs(numRuns: number): { numRuns: number; seed?: number } {
  const seed = process.env.SYNOD_TEST_SEED;
  return seed === undefined ? { numRuns } : { numRuns, seed: Number(seed) };
}
