import {
  type Action,
  ANY_SEQUENCE,
  attestationDigest,
  agentId as computeAgentId,
  decisionId as computeDecisionId,
  payloadHash as hashAction,
  requirementsOf as policyRequirements,
  type SignedBy,
  toAgentId,
  toCommitteeId,
  toDecisionId,
  toEpoch,
} from "@synod/core";
import { type AgentTerms, decisionRegistryAbi } from "@synod/sdk";
import {
  type Address,
  encodeAbiParameters,
  type Hex,
  isAddressEqual,
  keccak256,
  parseAbiParameters,
  stringToHex,
  zeroAddress,
  zeroHash,
} from "viem";
import { budgetsOf, requireRoom, vaultRow } from "./budgets.ts";
import { activeEpoch, checkQuorum, epochOf } from "./committee-registry.ts";
import { type Environment, emit } from "./environment.ts";
import { Revert } from "./revert.ts";
import type { AgentRow, DecisionRow } from "./state.ts";

const DAY = 86_400n;
const MAX_LIFETIME = 30n * DAY;
const MAX_VETO_WINDOW = 14n * DAY;
const REJECTION_COOL_DOWN = 3_600n;
const VETO_PERIOD = 30n * DAY;
const MAX_PAUSE = 14n * DAY;
const PAUSE_GAP = 30n * DAY;
const MAX_RESERVATIONS = 16;
const STATE_ROOT_TAG = keccak256(stringToHex("synod.state-root.v1"));
const STATE_ROOT = parseAbiParameters("bytes32, bytes32, bytes32, bool, bytes32");

/** The registry's numbers for a decision's state, by name. */
export const DECISION_STATE = {
  Pending: 0,
  Approved: 1,
  Ready: 2,
  Executed: 3,
  Rejected: 4,
  Cancelled: 5,
  Vetoed: 6,
  Expired: 7,
  Stale: 8,
} as const;

/** The names of {@link DECISION_STATE}. */
export type StateName = keyof typeof DECISION_STATE;

function event(env: Environment, name: string, args: readonly unknown[]): void {
  emit(env, env.decisionRegistry, decisionRegistryAbi, name, args);
}

function placeOf(env: Environment) {
  return { chainId: env.chainId, registry: env.decisionRegistry };
}

function knownAgent(env: Environment, agentId: Hex): AgentRow {
  const agent = env.state.agents.get(agentId);
  if (agent === undefined) throw new Revert("DecisionAgentUnknown", [agentId]);
  return agent;
}

function knownDecision(env: Environment, decisionId: Hex): DecisionRow {
  const decision = env.state.decisions.get(decisionId);
  if (decision === undefined) throw new Revert("DecisionUnknown", [decisionId]);
  return decision;
}

function happenedInTime(time: bigint, deadline: bigint): boolean {
  return time !== 0n && time <= deadline;
}

/** A decision's state at the environment's time. */
export function stateOf(env: Environment, decision: DecisionRow): StateName {
  const { deadline, resolvedAt, reply, readyAt, expectedSequence } = decision;
  const agent = knownAgent(env, decision.agentId);
  if (decision.executedAt !== 0n) return "Executed";
  if (decision.vetoedAt !== 0n) return "Vetoed";
  if (decision.cancelledAt !== 0n) return "Cancelled";
  if (resolvedAt !== 0n && !reply) return "Rejected";
  const { retiredAt } = epochOf(env, agent.terms.committeeId, decision.epoch);
  if (happenedInTime(retiredAt, deadline)) return "Stale";
  const movedAt = expectedSequence === ANY_SEQUENCE ? 0n : (agent.landedAt[Number(expectedSequence)] ?? 0n);
  if (resolvedAt === 0n && happenedInTime(movedAt, deadline)) return "Stale";
  if (env.time > deadline) return "Expired";
  if (resolvedAt === 0n) return "Pending";
  return env.time < readyAt ? "Approved" : "Ready";
}

/** A decision that is in a certain state. */
export function inState(env: Environment, decisionId: Hex, needed: StateName): DecisionRow {
  const decision = knownDecision(env, decisionId);
  const state = stateOf(env, decision);
  if (state !== needed)
    throw new Revert("DecisionUnexpectedState", [decisionId, DECISION_STATE[state], DECISION_STATE[needed]]);
  return decision;
}

/** Registers an agent, whose vault is there already; gives its id. */
export function registerAgent(env: Environment, [salt, terms]: readonly [Hex, AgentTerms]): Hex {
  const content = { ...terms, registrant: env.sender, salt, committeeId: toCommitteeId(terms.committeeId) };
  const agentId = computeAgentId(placeOf(env), content);
  if (env.state.agents.has(agentId)) throw new Revert("DecisionAgentAlreadyExists", [agentId]);
  if (terms.vetoWindow > MAX_VETO_WINDOW)
    throw new Revert("DecisionVetoWindowTooLong", [terms.vetoWindow, MAX_VETO_WINDOW]);
  if (activeEpoch(env, terms.committeeId) === 0n) throw new Revert("DecisionCommitteeNotActive", [terms.committeeId]);
  if (env.state.vault(terms.vault)?.agentId !== agentId)
    throw new Revert("DecisionVaultMismatch", [terms.vault, agentId]);
  const row = {
    terms,
    registrant: env.sender,
    registeredAt: env.time,
    stateRoot: zeroHash,
    pausedUntil: 0n,
    reserved: [],
    landedAt: [],
  };
  env.state.agents.set(agentId, row);
  event(env, "AgentRegistered", [agentId, env.sender, terms.committeeId, terms]);
  return agentId;
}

/** What a submitter takes for granted. */
export type Binding = {
  readonly expectedSequence: bigint;
  readonly expectedStateRoot: Hex;
  readonly predecessor: Hex;
};

type Submission = readonly [Hex, Action, bigint, Binding, Hex];

function checkBinding(env: Environment, agentId: Hex, agent: AgentRow, binding: Binding): void {
  const { expectedSequence, expectedStateRoot, predecessor } = binding;
  const sequence = BigInt(agent.landedAt.length);
  if (expectedSequence !== sequence && expectedSequence !== ANY_SEQUENCE)
    throw new Revert("DecisionSequenceMismatch", [expectedSequence, sequence]);
  if (expectedStateRoot !== zeroHash && expectedStateRoot !== agent.stateRoot)
    throw new Revert("DecisionStateRootMismatch", [expectedStateRoot, agent.stateRoot]);
  if (predecessor !== zeroHash && env.state.decisions.get(predecessor)?.agentId !== agentId)
    throw new Revert("DecisionPredecessorUnknown", [predecessor]);
}

function checkSubmission(env: Environment, agent: AgentRow, [agentId, action, , binding]: Submission): void {
  const { submitter, vault } = agent.terms;
  if (submitter !== zeroAddress && !isAddressEqual(submitter, env.sender))
    throw new Revert("DecisionSubmitterNotAllowed", [env.sender, submitter]);
  if (action.calls.length === 0) throw new Revert("DecisionWithoutCalls");
  if (action.chainId !== env.chainId) throw new Revert("DecisionWrongChain", [action.chainId, env.chainId]);
  if (!isAddressEqual(action.vault, vault)) throw new Revert("DecisionWrongVault", [action.vault, vault]);
  checkBinding(env, agentId, agent, binding);
}

function rejectionKey(agentId: Hex, submitter: Address, payloadHash: Hex): string {
  return `${agentId}/${submitter.toLowerCase()}/${payloadHash}`;
}

function requireCooledDown(env: Environment, agentId: Hex, payloadHash: Hex): void {
  const rejectedAt = env.state.rejectedAt.get(rejectionKey(agentId, env.sender, payloadHash));
  if (rejectedAt === undefined) return;
  const until = rejectedAt + REJECTION_COOL_DOWN;
  if (env.time < until) throw new Revert("DecisionCoolingDown", [payloadHash, until]);
}

function requireDeadline(env: Environment, vetoWindow: bigint, deadline: bigint): void {
  const earliest = env.time + vetoWindow + 1n;
  if (deadline < earliest) throw new Revert("DecisionDeadlineTooSoon", [deadline, earliest]);
  const latest = env.time + MAX_LIFETIME;
  if (deadline > latest) throw new Revert("DecisionDeadlineTooLate", [deadline, latest]);
}

/** What a decision needs: the most of what its epoch, its agent and the vault's policy ask for. */
function requirementsOf(env: Environment, { terms }: AgentRow, epoch: bigint, action: Action) {
  const { policy, policyHash } = vaultRow(env, terms.vault);
  const { quorum, members } = epochOf(env, terms.committeeId, epoch);
  const { minAttestations, minVetoWindow } = policyRequirements(policy, action);
  if (minAttestations > members.length)
    throw new Revert("DecisionQuorumUnreachable", [minAttestations, members.length]);
  return {
    policyHash,
    budgets: budgetsOf(env, terms.vault, action),
    quorum: Math.max(quorum, minAttestations),
    vetoWindow: minVetoWindow > terms.vetoWindow ? minVetoWindow : terms.vetoWindow,
  };
}

/** Submits a decision; gives its id. */
export function submit(env: Environment, submission: Submission): Hex {
  const [agentId, action, deadline, binding, salt] = submission;
  const agent = knownAgent(env, agentId);
  checkSubmission(env, agent, submission);
  const payloadHash = hashAction(action);
  requireCooledDown(env, agentId, payloadHash);
  const content = { agentId: toAgentId(agentId), submitter: env.sender, payloadHash, deadline, ...binding, salt };
  const decisionId = computeDecisionId(placeOf(env), content);
  if (env.state.decisions.has(decisionId)) throw new Revert("DecisionAlreadyExists", [decisionId]);
  const { committeeId } = agent.terms;
  const epoch = activeEpoch(env, committeeId);
  if (epoch === 0n) throw new Revert("DecisionCommitteeNotActive", [committeeId]);
  const { policyHash, budgets, quorum, vetoWindow } = requirementsOf(env, agent, epoch, action);
  requireDeadline(env, vetoWindow, deadline);
  env.state.decisions.set(decisionId, {
    ...{ agentId, submitter: env.sender, payloadHash, policyHash, epoch, quorum, vetoWindow, deadline },
    ...{
      expectedSequence: binding.expectedSequence,
      predecessor: binding.predecessor,
      budgets,
      submittedAt: env.time,
      reply: false,
      resolvedAt: 0n,
      readyAt: 0n,
      executedAt: 0n,
    },
    ...{ cancelledAt: 0n, vetoedAt: 0n, resultHash: zeroHash, attesters: 0n },
  });
  const snapshot = [committeeId, epoch, policyHash, quorum, vetoWindow];
  event(env, "DecisionSubmitted", [...[decisionId, agentId, env.sender, action, deadline, binding, salt], ...snapshot]);
  return decisionId;
}

function advance(env: Environment, decisionId: Hex, decision: DecisionRow): AgentRow {
  const agent = knownAgent(env, decision.agentId);
  const { reply, resultHash } = decision;
  const words = [STATE_ROOT_TAG, agent.stateRoot, decisionId, reply, resultHash] as const;
  const stateRoot = keccak256(encodeAbiParameters(STATE_ROOT, words));
  const advanced = { ...agent, stateRoot, landedAt: [...agent.landedAt, env.time] };
  env.state.agents.set(decision.agentId, advanced);
  return advanced;
}

function requirePredecessorExecuted(env: Environment, decisionId: Hex, { predecessor }: DecisionRow): void {
  if (predecessor === zeroHash || (env.state.decisions.get(predecessor)?.executedAt ?? 0n) !== 0n) return;
  throw new Revert("DecisionPredecessorNotExecuted", [decisionId, predecessor]);
}

/** Whether a decision that was approved may still be executed, so that its budget counts. */
function isAlive(env: Environment, decisionId: Hex, regime: Pick<DecisionRow, "epoch" | "policyHash">): boolean {
  const decision = env.state.decisions.get(decisionId);
  if (decision === undefined) return false;
  const { executedAt, vetoedAt, epoch, policyHash, deadline } = decision;
  const isOpen = executedAt === 0n && vetoedAt === 0n && env.time <= deadline;
  return isOpen && epoch === regime.epoch && policyHash === regime.policyHash;
}

/** Reserves the budget of a decision that is being approved, beside those of all that may still be executed. */
function reserve(env: Environment, decisionId: Hex, decision: DecisionRow): void {
  if (decision.budgets.length === 0) return;
  const agent = knownAgent(env, decision.agentId);
  const living = agent.reserved.filter((id) => isAlive(env, id, decision));
  const others = living.flatMap((id) => env.state.decisions.get(id)?.budgets ?? []);
  const needed = decision.budgets.map(({ rule, amount }) => ({
    rule,
    amount: others.reduce((sum, other) => (other.rule === rule ? sum + other.amount : sum), amount),
  }));
  requireRoom(env, agent.terms.vault, decision.policyHash, needed);
  if (living.length === MAX_RESERVATIONS)
    throw new Revert("DecisionReservationsFull", [decisionId, BigInt(MAX_RESERVATIONS)]);
  env.state.agents.set(decision.agentId, { ...agent, reserved: [...living, decisionId] });
}

/** Records the result that a quorum attested. */
export function resolve(
  env: Environment,
  [decisionId, reply, resultHash, attestations]: readonly [Hex, boolean, Hex, readonly SignedBy[]],
): void {
  const decision = inState(env, decisionId, "Pending");
  const { committeeId } = knownAgent(env, decision.agentId).terms;
  const epoch = epochOf(env, committeeId, decision.epoch);
  const digest = attestationDigest(env, {
    decisionId: toDecisionId(decisionId),
    committeeId: toCommitteeId(committeeId),
    epoch: toEpoch(decision.epoch),
    reply,
    resultHash,
  });
  const attesters = checkQuorum(epoch, decision.quorum, digest, attestations);
  if (reply) requirePredecessorExecuted(env, decisionId, decision);
  if (reply) reserve(env, decisionId, decision);
  const readyAt = reply ? env.time + decision.vetoWindow : 0n;
  const resolved = { ...decision, reply, resultHash, attesters, resolvedAt: env.time, readyAt };
  env.state.decisions.set(decisionId, resolved);
  const { agentId, submitter, payloadHash } = decision;
  if (!reply) env.state.rejectedAt.set(rejectionKey(agentId, submitter, payloadHash), env.time);
  const { landedAt, stateRoot } = advance(env, decisionId, resolved);
  const sequence = BigInt(landedAt.length);
  if (reply) event(env, "DecisionApproved", [decisionId, agentId, resultHash, attesters, readyAt, sequence, stateRoot]);
  else event(env, "DecisionRejected", [decisionId, agentId, resultHash, attesters, sequence, stateRoot]);
}

/** The submitter takes a pending decision back. */
export function cancel(env: Environment, [decisionId]: readonly [Hex]): void {
  const decision = inState(env, decisionId, "Pending");
  if (!isAddressEqual(env.sender, decision.submitter))
    throw new Revert("DecisionNotSubmitter", [env.sender, decision.submitter]);
  env.state.decisions.set(decisionId, { ...decision, cancelledAt: env.time });
  event(env, "DecisionCancelled", [decisionId, decision.agentId]);
}

function requireGuardian(env: Environment, { terms: { guardian } }: AgentRow): void {
  if (!isAddressEqual(env.sender, guardian)) throw new Revert("DecisionNotGuardian", [env.sender, guardian]);
}

/** The guardian lets nothing of an agent be executed until then. */
export function pause(env: Environment, [agentId, until]: readonly [Hex, bigint]): void {
  const agent = knownAgent(env, agentId);
  requireGuardian(env, agent);
  const from = agent.pausedUntil + PAUSE_GAP;
  if (agent.pausedUntil !== 0n && env.time < from) throw new Revert("DecisionPausesUsedUp", [agentId, from]);
  const latest = env.time + MAX_PAUSE;
  if (until <= env.time || until > latest) throw new Revert("DecisionPauseInvalid", [until, latest]);
  env.state.agents.set(agentId, { ...agent, pausedUntil: until });
  event(env, "AgentPaused", [agentId, until]);
}

/** The guardian ends its pause. */
export function unpause(env: Environment, [agentId]: readonly [Hex]): void {
  const agent = knownAgent(env, agentId);
  requireGuardian(env, agent);
  if (env.time >= agent.pausedUntil) throw new Revert("DecisionAgentNotPaused", [agentId]);
  env.state.agents.set(agentId, { ...agent, pausedUntil: env.time });
  event(env, "AgentUnpaused", [agentId]);
}

/** The guardian forbids an approved decision inside its veto window. */
export function veto(env: Environment, [decisionId]: readonly [Hex]): void {
  const decision = inState(env, decisionId, "Approved");
  requireGuardian(env, knownAgent(env, decision.agentId));
  const key = `${decision.agentId}/${decision.payloadHash}`;
  const first = env.state.firstVetoedAt.get(key);
  if (first === undefined || env.time > first + VETO_PERIOD) {
    const until = (first ?? 0n) + 2n * VETO_PERIOD;
    if (first !== undefined && env.time <= until)
      throw new Revert("DecisionVetoesUsedUp", [decision.payloadHash, until]);
    env.state.firstVetoedAt.set(key, env.time);
  }
  env.state.decisions.set(decisionId, { ...decision, vetoedAt: env.time });
  event(env, "DecisionVetoed", [decisionId, decision.agentId]);
}

/** The vault says that it executes a decision; it is answered what it must check before it acts. */
export function markExecuted(env: Environment, [decisionId]: readonly [Hex]) {
  const decision = knownDecision(env, decisionId);
  const { terms, pausedUntil } = knownAgent(env, decision.agentId);
  const { vault, committeeId } = terms;
  if (!isAddressEqual(env.sender, vault)) throw new Revert("DecisionNotVault", [env.sender, vault]);
  if (env.time < pausedUntil) throw new Revert("DecisionAgentPaused", [decision.agentId, pausedUntil]);
  inState(env, decisionId, "Ready");
  env.state.decisions.set(decisionId, { ...decision, executedAt: env.time });
  event(env, "DecisionExecuted", [decisionId, decision.agentId, vault]);
  const { payloadHash, policyHash, epoch, deadline } = decision;
  const { groupAddress } = epochOf(env, committeeId, epoch);
  return { payloadHash, policyHash, committeeId, epoch, deadline, groupAddress };
}

/** All facts of a decision as the registry tells them. */
export function decisionView(env: Environment, decisionId: Hex) {
  const decision = knownDecision(env, decisionId);
  const { committeeId } = knownAgent(env, decision.agentId).terms;
  const { budgets: _budgets, ...facts } = decision;
  return { ...facts, state: DECISION_STATE[stateOf(env, decision)], committeeId };
}

/** All facts of an agent as the registry tells them. */
export function agentView(env: Environment, agentId: Hex) {
  const { landedAt, reserved: _reserved, ...facts } = knownAgent(env, agentId);
  return { ...facts, sequence: BigInt(landedAt.length) };
}
