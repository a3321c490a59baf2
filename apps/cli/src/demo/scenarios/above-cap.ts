import { askCommitters } from "../../committers/ask-committers.ts";
import { pollUntil } from "../../devnet/poll-until.ts";
import type { ProgressStep } from "../../output/progress.ts";
import { approve, authorize } from "../colluding-committee.ts";
import { type DemoRow, expectEqual } from "../demo-row.ts";
import { type DemoStage, submitDraft, waitFor } from "../demo-stage.ts";
import { refusalOf } from "../refusal.ts";
import { atLeast } from "./executed.ts";

const REFUSAL_WAIT_MS = 30_000;

/**
 * Submits a decision above the vault's cap. The lobe approves it, but so many committers refuse to sign that the rest
 * are fewer than `minSigners`; the decision stays Ready and nothing is paid.
 */
export async function refusedByCommitters(stage: DemoStage, step: ProgressStep, name: string): Promise<DemoRow> {
  const { minSigners, members } = stage.devnet.committee.epoch;
  const needed = members.length - minSigners + 1;
  const { decisionId } = await submitDraft(stage, name, stage.devnet.agent);
  const approved = await waitFor(stage, decisionId, "resolved", step);
  const setups = stage.devnet.committers.map(({ setup }) => setup);
  const probe = async () => {
    const reports = await askCommitters(setups, decisionId);
    const refusals = reports.filter(({ refusal }) => refusal !== undefined);
    step.update(`${refusals.length} committers refuse to sign`);
    return refusals.length >= needed ? refusals : undefined;
  };
  const options = { intervalMs: 200, timeoutMs: REFUSAL_WAIT_MS, signal: stage.signal };
  const refusals = (await pollUntil(probe, options)) ?? [];
  const { state } = await stage.client.getDecision({ decisionId });
  return {
    name,
    decisionId,
    state,
    attesters: approved.result?.attesters ?? [],
    signers: [],
    checks: [
      expectEqual("recorded reply", approved.result?.reply, true),
      atLeast("committers that refuse by policy", refusals.length, needed),
      expectEqual("state after the refusal", state, "Ready"),
    ],
  };
}

/**
 * Submits the same payment to a vault with the same policy whose whole committee colludes: it approves and signs, and
 * the vault still refuses.
 */
export async function refusedByVault(stage: DemoStage, step: ProgressStep, name: string): Promise<DemoRow> {
  const { client, collusion } = stage;
  const { place, committee, agent } = collusion;
  const { decisionId, action } = await submitDraft(stage, name, agent);
  await approve(place, committee, await client.getDecision({ decisionId }));
  const approved = await waitFor(stage, decisionId, "resolved", step);
  const signature = await authorize(place, committee, approved, agent.vault);
  const refusal = await refusalOf(client.executeDecision({ vault: agent.vault, decisionId, action, signature }));
  const { state } = await client.getDecision({ decisionId });
  return {
    name: `${name}, all members collude`,
    decisionId,
    state,
    attesters: approved.result?.attesters ?? [],
    signers: committee.members.map((_, memberIndex) => memberIndex),
    checks: [
      expectEqual("the vault refuses with", refusal, "VaultTransactionCapExceeded"),
      expectEqual("state after the refusal", state, "Ready"),
    ],
  };
}
