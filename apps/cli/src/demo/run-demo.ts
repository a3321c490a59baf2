import { SynodSdkError } from "@synod/sdk";
import { parseEther, parseUnits, zeroHash } from "viem";
import { readDecisionFile } from "../decision/decision-file.ts";
import type { DeployedAgent } from "../deployment/deployment.ts";
import { deploymentOf } from "../devnet/devnet-deployment.ts";
import { devnetPolicy } from "../devnet/devnet-policy.ts";
import { type AgentPlan, establishAgent, fundVault } from "../devnet/establish-agent.ts";
import { clientOf, type Devnet, deployerOf } from "../devnet/start-devnet.ts";
import { CliError } from "../errors/cli-error.ts";
import { type Progress, type ProgressStep, withStep } from "../output/progress.ts";
import { raiseColludingCommittee } from "./colluding-committee.ts";
import type { DemoRow } from "./demo-row.ts";
import type { DemoStage } from "./demo-stage.ts";
import { refusedByCommitters, refusedByVault } from "./scenarios/above-cap.ts";
import { crashScenario } from "./scenarios/crash.ts";
import { executedScenario } from "./scenarios/executed.ts";
import { rejectedScenario } from "./scenarios/rejected.ts";
import { replayScenario } from "./scenarios/replay.ts";

/** Veto window of the agent whose decision is interrupted: time to kill a committer between approval and signing. */
const PATIENCE_SECONDS = 5n;

/** What the demonstration runs on. */
export type DemoPlan = {
  readonly devnet: Devnet;
  readonly decisionsFile: string;
  readonly progress: Progress;
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
};

/** Runs all scenarios one after the other and tells what was found. Errors: those of the environment. */
export async function runDemo(plan: DemoPlan): Promise<readonly DemoRow[]> {
  const { devnet, progress } = plan;
  const stage = await withStep(progress, "raise a committee that colludes, and an agent that waits", () =>
    setStage(plan),
  );
  const tokens = (amount: string): bigint => parseUnits(amount, devnet.contracts.token.decimals);
  const show = (name: string, scenario: Scenario): Promise<DemoRow> => showScenario(plan, name, scenario);
  const payment = await show("token payment", (step) =>
    executedScenario(stage, step, { name: "token payment", gain: { native: 0n, token: tokens("250") } }),
  );
  const batch = await show("batch", (step) =>
    executedScenario(stage, step, { name: "batch", gain: { native: parseEther("0.5"), token: tokens("100") } }),
  );
  const rejected = await show("rejected", (step) => rejectedScenario(stage, step, "rejected"));
  const refused = await show("above the cap", (step) => refusedByCommitters(stage, step, "above the cap"));
  const forced = await show("above the cap, by collusion", (step) => refusedByVault(stage, step, "above the cap"));
  const crash = await show("despite a crash", (step) => crashScenario(stage, step, "despite a crash"));
  const replayed = { executed: payment.decisionId, ready: refused.decisionId };
  const replay = await show("replay", () => replayScenario(stage, replayed));
  return [payment, batch, rejected, refused, forced, crash, replay];
}

type Scenario = (step: ProgressStep) => Promise<DemoRow>;

/** Runs one scenario. One that cannot come to its end is a row that failed, so that the others are still shown. */
async function showScenario({ progress, signal }: DemoPlan, name: string, scenario: Scenario): Promise<DemoRow> {
  try {
    return await withStep(progress, name, scenario, ({ state }) => state);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof SynodSdkError) && !(error instanceof CliError)) throw error;
    const check = { what: "comes to its end", holds: false, detail: error.message };
    return { name, decisionId: zeroHash, state: "unknown", attesters: [], signers: [], checks: [check] };
  }
}

async function setStage({ devnet, decisionsFile, nowMs, signal }: DemoPlan): Promise<DemoStage> {
  const place = { chain: devnet.chain, contracts: devnet.contracts, payer: deployerOf(devnet) };
  const committee = await raiseColludingCommittee(place);
  const patient = { name: "patient agent", committeeId: devnet.committee.id, vetoWindowSeconds: PATIENCE_SECONDS };
  return {
    devnet,
    deployment: deploymentOf(devnet),
    client: clientOf(devnet, devnet.accounts.submitter),
    decisionsFile,
    drafts: readDecisionFile(decisionsFile),
    collusion: {
      place,
      committee,
      agent: await raiseAgent(devnet, { name: "agent of the colluding committee", committeeId: committee.id }),
    },
    patientAgent: await raiseAgent(devnet, patient),
    nowMs,
    signal,
  };
}

type AgentTraits = Pick<AgentPlan, "name" | "committeeId" | "vetoWindowSeconds">;

/** An agent like the devnet's own, with the same policy and funds. */
async function raiseAgent(devnet: Devnet, traits: AgentTraits): Promise<DeployedAgent> {
  const { accounts, contracts } = devnet;
  const agent = await establishAgent(clientOf(devnet, accounts.deployer), {
    ...traits,
    guardian: accounts.guardian.address,
    registrant: accounts.deployer.address,
    policy: devnetPolicy(accounts.payee.address, contracts.token),
  });
  await fundVault(deployerOf(devnet), agent.vault, contracts.token);
  return agent;
}
