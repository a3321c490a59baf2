import type { Action } from "@synod/core";
import type { DecisionRecord } from "@synod/sdk";
import { erc20Abi, type Hex } from "viem";
import type { SynodClient } from "../chain/synod-client.ts";
import { askCommitters, signersOf } from "../committers/ask-committers.ts";
import { buildAction } from "../decision/build-action.ts";
import { type DecisionDraft, pickDraft } from "../decision/decision-file.ts";
import type { DeployedAgent, Deployment } from "../deployment/deployment.ts";
import type { Devnet } from "../devnet/start-devnet.ts";
import type { ProgressStep } from "../output/progress.ts";
import type { ColludingCommittee, ColludingPlace } from "./colluding-committee.ts";

/** Everything the scenarios of the demonstration act on. */
export type DemoStage = {
  readonly devnet: Devnet;
  readonly deployment: Deployment;
  /** Sends as the submitter. */
  readonly client: SynodClient;
  readonly decisionsFile: string;
  readonly drafts: readonly DecisionDraft[];
  readonly collusion: {
    readonly place: ColludingPlace;
    readonly committee: ColludingCommittee;
    readonly agent: DeployedAgent;
  };
  /** An agent of the devnet's committee with a veto window, so that there is a middle in which to interrupt. */
  readonly patientAgent: DeployedAgent;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
};

/** A decision that was submitted, and when. */
export type Submitted = { readonly decisionId: Hex; readonly action: Action; readonly submittedMs: number };

const DEADLINE_SECONDS = 3_600n;
const WAIT_MS = 90_000;

/** Submits a decision of the demonstration's file for an agent. Side effects: sends one transaction. */
export async function submitDraft(stage: DemoStage, name: string, agent: DeployedAgent): Promise<Submitted> {
  const draft = pickDraft(stage.decisionsFile, stage.drafts, name);
  const action = buildAction(draft, agent, stage.deployment);
  const { timestamp } = await stage.client.getBlock();
  const deadline = timestamp + (draft.deadlineSeconds === undefined ? DEADLINE_SECONDS : BigInt(draft.deadlineSeconds));
  const submittedMs = stage.nowMs();
  const { decisionId } = await stage.client.submitDecision({ agentId: agent.id, action, deadline });
  return { decisionId, action, submittedMs };
}

/** Waits for a decision and shows its states. Errors: WAIT_TIMED_OUT and the chain's. */
export function waitFor(
  stage: DemoStage,
  decisionId: Hex,
  until: "resolved" | "final",
  step: ProgressStep,
): Promise<DecisionRecord> {
  return stage.client.waitForDecision({
    decisionId,
    until,
    timeoutMs: WAIT_MS,
    signal: stage.signal,
    onState: ({ state }) => step.update(state),
  });
}

/** Who signed a decision, by what the committers tell. */
export async function signersOfDecision(stage: DemoStage, decisionId: Hex): Promise<readonly number[]> {
  const members = stage.devnet.committers.map(({ setup }) => setup);
  return signersOf(await askCommitters(members, decisionId));
}

/** What an account holds: native coin in wei, and the test token in its smallest unit. */
export type Holdings = { readonly native: bigint; readonly token: bigint };

/** Reads what an account holds now. */
export async function holdingsOf({ client, devnet }: DemoStage, account: Hex): Promise<Holdings> {
  const { address } = devnet.contracts.token;
  const [native, token] = await Promise.all([
    client.getBalance({ address: account }),
    client.readContract({ address, abi: erc20Abi, functionName: "balanceOf", args: [account] }),
  ]);
  return { native, token };
}
