import { agentVaultAbi, SynodSdkError } from "@synod/sdk";
import type { Hex } from "viem";
import { askCommitters, type CommitterReport, signersOf } from "../committers/ask-committers.ts";
import { type ExecutionFacts, executionFacts } from "../demo/execution-facts.ts";
import { groupAddressOf } from "../devnet/devnet-deployment.ts";
import { pollUntil } from "../devnet/poll-until.ts";
import { type ChaosStage, submitPayment } from "./chaos-stage.ts";
import type { Evidence, Outcome, Sighting } from "./evidence.ts";
import type { Fault, Injection } from "./fault.ts";
import { untilSound } from "./sound.ts";
import { lookOnce, nothingSeen, type Sight, statusesOf, withoutOld } from "./watch.ts";

/** Decisions submitted under each fault. */
const DECISIONS = 2;

/** Longest that a fault stands, and that decisions may take after it, in milliseconds. */
const FAULT_LIMIT_MS = 120_000;
const DECISION_LIMIT_MS = 240_000;
const LOOK_MS = 500;

/** What a fault did, and everything seen of it. */
export type FaultRun = { readonly what: string; readonly evidence: Evidence };

/** A decision that was submitted. `ended` never fails; it gives up after a limit. */
type Followed = { readonly decisionId: Hex; readonly ended: Promise<number> };

/**
 * Brings a fault about, submits decisions, watches until enough was seen, takes the fault away and waits until the
 * committee is sound again. Side effects: the fault's; it is taken away whatever happens.
 * @param usualMs how long a decision takes without a fault
 */
export async function runFault(stage: ChaosStage, fault: Fault, usualMs: number): Promise<FaultRun> {
  const { client, devnet } = stage;
  const fromBlock = await client.getBlockNumber({ cacheTime: 0 });
  const before = await statusesOf(stage);
  const injection = await fault.inject(stage);
  let followed: readonly Followed[] = [];
  let sight: Sight;
  try {
    followed = await submitAll(stage);
    sight = await watch(stage, injection, followed, fromBlock);
  } finally {
    await injection.heal();
  }
  const healedMs = stage.nowMs();
  const times = await Promise.all(followed.map(({ ended }) => ended));
  const isRecovered = await untilSound(stage, idsOf(followed));
  const recoveredMs = stage.nowMs() - healedMs;
  const outcomes = await Promise.all(
    followed.map(({ decisionId }, index) =>
      outcomeOf(stage, decisionId, { fromBlock, stateDuring: sight.states[index] ?? "unknown", ms: times[index] ?? 0 }),
    ),
  );
  const { hit, culprit, what } = injection;
  const sightings = withoutOld(sight.sightings, before);
  const seen = { usualMs, hit, culprit, sightings, outcomes };
  const evidence = { size: devnet.plan.size, ...seen, ...(isRecovered ? { recoveredMs } : {}) };
  return { what, evidence };
}

/** Carries out one decision without any fault. Returns how long it took, in milliseconds. */
export async function carryOutOne(stage: ChaosStage): Promise<number> {
  const { ended } = await submitAndFollow(stage);
  return ended;
}

async function submitAll(stage: ChaosStage): Promise<readonly Followed[]> {
  const followed: Followed[] = [];
  for (let i = 0; i < DECISIONS; i++) followed.push(await submitAndFollow(stage));
  return followed;
}

async function submitAndFollow(stage: ChaosStage): Promise<Followed> {
  const startMs = stage.nowMs();
  const decisionId = await submitPayment(stage);
  return { decisionId, ended: untilEnded(stage, decisionId).then(() => stage.nowMs() - startMs) };
}

async function untilEnded({ client, signal }: ChaosStage, decisionId: Hex): Promise<void> {
  try {
    await client.waitForDecision({ decisionId, timeoutMs: DECISION_LIMIT_MS, signal });
  } catch (error) {
    // What does not end in time is judged by its state.
    if (!(error instanceof SynodSdkError) || error.code !== "WAIT_TIMED_OUT") throw error;
  }
}

async function watch(
  stage: ChaosStage,
  injection: Injection,
  followed: readonly Followed[],
  fromBlock: bigint,
): Promise<Sight> {
  let seen: readonly Sighting[] = nothingSeen(stage.devnet.committers.length);
  const look = (): Promise<Sight> => lookOnce(stage, seen, idsOf(followed), fromBlock);
  const probe = async (): Promise<Sight | undefined> => {
    const sight = await look();
    seen = sight.sightings;
    return injection.isOver(sight) ? sight : undefined;
  };
  const over = await pollUntil(probe, { intervalMs: LOOK_MS, timeoutMs: FAULT_LIMIT_MS, signal: stage.signal });
  return over ?? look();
}

function idsOf(followed: readonly Followed[]): readonly Hex[] {
  return followed.map(({ decisionId }) => decisionId);
}

type Story = { readonly fromBlock: bigint } & Pick<Outcome, "stateDuring" | "ms">;

async function outcomeOf(stage: ChaosStage, decisionId: Hex, story: Story): Promise<Outcome> {
  const { client, devnet } = stage;
  const { vault } = devnet.agent;
  const decision = await client.getDecision({ decisionId });
  const [carriedOut, facts, reports] = await Promise.all([
    client.getContractEvents({
      address: vault,
      abi: agentVaultAbi,
      eventName: "ActionExecuted",
      args: { decisionId },
      fromBlock: story.fromBlock,
    }),
    executionFacts(stage, decision, vault),
    askCommitters(
      devnet.committers.map(({ setup }) => setup),
      decisionId,
    ),
  ]);
  const { stateDuring, ms } = story;
  const told = { decisionId, stateDuring, state: decision.state, executions: carriedOut.length, ms };
  return { ...told, ...signingOf(stage, facts, reports) };
}

function signingOf(
  { devnet }: ChaosStage,
  facts: ExecutionFacts | undefined,
  reports: readonly CommitterReport[],
): Pick<Outcome, "signers" | "isGroupSigned" | "sender" | "gasPriceWei"> {
  const signers = signersOf(reports);
  if (facts === undefined) return { signers, isGroupSigned: false };
  const sender = devnet.committers.findIndex(({ setup }) => setup.address.toLowerCase() === facts.sender.toLowerCase());
  return {
    signers,
    isGroupSigned: facts.signer === groupAddressOf(devnet),
    ...(sender < 0 ? {} : { sender }),
    gasPriceWei: facts.gasPriceWei,
  };
}
