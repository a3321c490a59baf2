import {
  type Action,
  authorizationDigest,
  type Bound,
  type Call,
  payloadHash as hashAction,
  toAgentId,
  toCommitteeId,
  toDecisionId,
  toEpoch,
} from "@synod/core";
import { agentVaultAbi } from "@synod/sdk";
import { type Address, decodeFunctionData, type Hex, isAddressEqual, size, slice, zeroAddress } from "viem";
import { vaultRow } from "./budgets.ts";
import { clear } from "./clearance.ts";
import { DECISION_STATE, decisionView, markExecuted } from "./decision-registry.ts";
import { type Environment, emit } from "./environment.ts";
import { cancelPolicy, schedulePolicy } from "./policies.ts";
import { NotModelled, Revert } from "./revert.ts";
import { recover } from "./signatures.ts";

type Terms = ReturnType<typeof markExecuted>;

/** The digest that the group key must have signed. */
function digestOf(env: Environment, vault: Address, decisionId: Hex, terms: Terms): Hex {
  const { agentId } = vaultRow(env, vault);
  return authorizationDigest({
    kind: "authorization",
    chainId: env.chainId,
    vault,
    decisionId: toDecisionId(decisionId),
    agentId: toAgentId(agentId),
    committeeId: toCommitteeId(terms.committeeId),
    epoch: toEpoch(terms.epoch),
    payloadHash: terms.payloadHash,
    policyHash: terms.policyHash,
    deadline: terms.deadline,
    registry: env.decisionRegistry,
  });
}

/** Lets the registry mark the decision. What is in the way is named in the vault's words where it has some. */
function mark(env: Environment, vault: Address, decisionId: Hex): Terms {
  try {
    return markExecuted({ ...env, sender: vault }, [decisionId]);
  } catch (cause) {
    if (!(cause instanceof Revert)) throw cause;
    const { agentId, state } = decisionView(env, decisionId);
    if (agentId !== vaultRow(env, vault).agentId) throw new Revert("VaultForeignDecision", [decisionId, agentId]);
    if (state !== DECISION_STATE.Ready) throw new Revert("VaultDecisionNotReady", [decisionId, state]);
    throw cause;
  }
}

/** What tokens and other contracts do is not the committer's business: coin is paid, and policies are changed. */
function requireModelled({ allowances, codePins, bounds }: Action): void {
  const tokens = bounds.some(({ asset }) => asset !== zeroAddress);
  if (allowances.length > 0 || codePins.length > 0 || tokens) throw new NotModelled("allowances, code pins, tokens");
}

/** Bytes of a failed call's reason that the vault tells. */
const MOST_REASON_BYTES = 256;

/** A call to the vault itself; its policy lets only those of a closed list so far. */
function callItself(env: Environment, vault: Address, index: number, data: Hex): void {
  const { functionName, args } = decodeFunctionData({ abi: agentVaultAbi, data });
  try {
    if (functionName === "schedulePolicy") schedulePolicy({ ...env, sender: vault }, args, vault);
    else if (functionName === "cancelPolicy") cancelPolicy({ ...env, sender: vault }, [], vault);
    else throw new NotModelled(`a vault's call to its own ${functionName}`);
  } catch (cause) {
    if (!(cause instanceof Revert)) throw cause;
    const reason = slice(cause.data, 0, Math.min(size(cause.data), MOST_REASON_BYTES));
    throw new Revert("VaultCallFailed", [BigInt(index), vault, reason]);
  }
}

function run(env: Environment, vault: Address, index: number, { target, value, data }: Call): void {
  if (isAddressEqual(target, vault) && size(data) > 0) {
    callItself(env, vault, index, data);
    return;
  }
  if (size(data) > 0) throw new Revert("VaultTargetWithoutCode", [BigInt(index), target]);
  if (!env.state.move(vault, target, value)) throw new Revert("VaultCallFailed", [BigInt(index), target, "0x"]);
}

function checkBounds(bounds: readonly Bound[], before: bigint, present: bigint): void {
  for (const { asset, maxOut, minIn } of bounds) {
    const outflow = before > present ? before - present : 0n;
    const inflow = present > before ? present - before : 0n;
    if (outflow > maxOut) throw new Revert("VaultBoundExceeded", [asset, outflow, maxOut]);
    if (inflow < minIn) throw new Revert("VaultBoundNotReached", [asset, inflow, minIn]);
  }
}

function perform(env: Environment, vault: Address, action: Action): void {
  requireModelled(action);
  if (action.bounds.length > 1) throw new Revert("VaultBoundRepeated", [zeroAddress]);
  const before = env.state.account(vault).balance;
  for (const [index, call] of action.calls.entries()) run(env, vault, index, call);
  checkBounds(action.bounds, before, env.state.account(vault).balance);
}

/** Executes an approved decision once, with the group key's signature. */
export function execute(
  env: Environment,
  vault: Address,
  [decisionId, action, signature]: readonly [Hex, Action, Hex],
): void {
  if (action.chainId !== env.chainId) throw new Revert("VaultWrongChain", [action.chainId, env.chainId]);
  if (!isAddressEqual(action.vault, vault)) throw new Revert("VaultWrongVault", [action.vault, vault]);
  const terms = mark(env, vault, decisionId);
  const payloadHash = hashAction(action);
  if (payloadHash !== terms.payloadHash) throw new Revert("VaultPayloadMismatch", [payloadHash, terms.payloadHash]);
  const recovered = recover(digestOf(env, vault, decisionId, terms), signature);
  if (!isAddressEqual(recovered, terms.groupAddress))
    throw new Revert("VaultSignerMismatch", [recovered, terms.groupAddress]);
  clear(env, vault, action, terms.policyHash);
  perform(env, vault, action);
  emit(env, vault, agentVaultAbi, "ActionExecuted", [decisionId, payloadHash, env.sender]);
}
