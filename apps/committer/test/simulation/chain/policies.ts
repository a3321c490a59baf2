import { encodePolicy, type Policy, policyHash } from "@synod/core";
import { agentVaultAbi } from "@synod/sdk";
import { type Address, decodeAbiParameters, getContractAddress, type Hex } from "viem";
import { vaultRow } from "./budgets.ts";
import { type Environment, emit } from "./environment.ts";
import { NotModelled, Revert } from "./revert.ts";
import type { ScheduledRow, VaultRow } from "./state.ts";
import { opened, unitBitsOf, type WindowRow } from "./windows.ts";

const DAY = 86_400n;
const [POLICY] = agentVaultAbi.filter((item) => item.type === "function" && item.name === "policy");

function event(env: Environment, vault: Address, name: string, args: readonly unknown[]): void {
  emit(env, vault, agentVaultAbi, name, args);
}

/** The windows that a policy charges in, going on from those that there are. */
function windowsOf(charged: ReadonlyMap<string, WindowRow>, policy: Policy, time: bigint): Map<string, WindowRow> {
  const windows = new Map(charged);
  for (const { asset, windowSeconds, maxPerWindow, isUnlimited } of policy.assets) {
    const key = asset.toLowerCase();
    if (!isUnlimited) windows.set(key, opened(windows.get(key), windowSeconds, unitBitsOf(maxPerWindow), time));
  }
  return windows;
}

function adopted(row: VaultRow, policy: Policy, pointer: Address, time: bigint): VaultRow {
  const { executionsSeconds } = policy;
  const executions = executionsSeconds === 0n ? row.executions : opened(row.executions, executionsSeconds, 0n, time);
  const charged = windowsOf(row.charged, policy, time);
  return { ...row, policy, policyHash: policyHash(policy), pointer, charged, executions };
}

/** Address of the next contract that a vault makes. */
function nextContract(vault: Address, { nonce }: VaultRow): Address {
  return getContractAddress({ from: vault, nonce });
}

/** What a vault stores when it was deployed with a policy. */
export function newVault(vault: Address, agentId: Hex, policy: Policy, time: bigint): VaultRow {
  const none = { charged: new Map(), executions: undefined, scheduled: undefined };
  // Its first contract is the one of its approvals.
  const bare = { agentId, policy, policyHash: policyHash(policy), pointer: vault, nonce: 2n, ...none };
  return { ...adopted(bare, policy, nextContract(vault, bare), time), nonce: 3n };
}

function requireOwnCall(env: Environment, vault: Address): void {
  if (env.sender.toLowerCase() !== vault.toLowerCase()) throw new Revert("VaultCallerNotItself", [env.sender]);
}

/** Only what a policy says of times is checked: the rest of what a vault refuses is never drawn. */
function validate({ changeDelay, activeFrom, activeUntil, maxExecutions, executionsSeconds }: Policy): void {
  if (changeDelay !== 0n && (changeDelay < DAY || changeDelay > 30n * DAY))
    throw new Revert("VaultChangeDelayInvalid", [changeDelay]);
  if (Math.max(activeFrom, activeUntil) >= DAY)
    throw new Revert("VaultHoursInvalid", [BigInt(activeFrom), BigInt(activeUntil)]);
  if ((maxExecutions === 0) !== (executionsSeconds === 0n))
    throw new Revert("VaultRateInvalid", [BigInt(maxExecutions), executionsSeconds]);
}

function decoded(encoded: Hex): Policy {
  if (POLICY?.type !== "function") throw new NotModelled("the vault's ABI has no policy");
  const [policy] = decodeAbiParameters(POLICY.outputs, encoded) as readonly [Policy];
  if (encodePolicy(policy) !== encoded) throw new Revert("VaultPolicyNotCanonical");
  return policy;
}

/** An executed decision has the policy changed, after the delay of the present one. */
export function schedulePolicy(env: Environment, [encoded]: readonly [Hex], vault: Address): void {
  requireOwnCall(env, vault);
  const row = vaultRow(env, vault);
  const { changeDelay } = row.policy;
  if (changeDelay === 0n) throw new Revert("VaultPolicyFixed");
  const policy = decoded(encoded);
  validate(policy);
  const pointer = nextContract(vault, row);
  const effectiveAt = env.time + changeDelay;
  env.state.setVault(vault, { ...row, nonce: row.nonce + 1n, scheduled: { policy, pointer, effectiveAt } });
  event(env, vault, "PolicyScheduled", [policyHash(policy), pointer, effectiveAt]);
}

function takeScheduled(env: Environment, vault: Address): ScheduledRow {
  const row = vaultRow(env, vault);
  const { scheduled } = row;
  if (scheduled === undefined) throw new Revert("VaultPolicyNotScheduled");
  env.state.setVault(vault, { ...row, scheduled: undefined });
  event(env, vault, "PolicyUnscheduled", [scheduled.pointer]);
  return scheduled;
}

/** An executed decision gives up the policy that waits. */
export function cancelPolicy(env: Environment, _args: readonly [], vault: Address): void {
  requireOwnCall(env, vault);
  takeScheduled(env, vault);
}

/** Anybody puts the policy that waits into force, when its time has come. */
export function applyPolicy(env: Environment, _args: readonly [], vault: Address): void {
  const { policy, pointer, effectiveAt } = takeScheduled(env, vault);
  if (env.time < effectiveAt) throw new Revert("VaultPolicyTooEarly", [effectiveAt, env.time]);
  const row = adopted(vaultRow(env, vault), policy, pointer, env.time);
  env.state.setVault(vault, row);
  const unlimited = policy.assets.filter(({ isUnlimited }) => isUnlimited).map(({ asset }) => asset);
  event(env, vault, "PolicyAdopted", [row.policyHash, pointer, unlimited]);
}
