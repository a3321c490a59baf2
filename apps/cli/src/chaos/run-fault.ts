import { SynodSdkError } from "@synod/sdk";
import type { Hex } from "viem";
import { askCommitters, type CommitterReport, signersOf } from "../committers/ask-committers.ts";
import { type ExecutionFacts, executionFacts } from "../demo/execution-facts.ts";
import { groupAddressOf } from "../devnet/devnet-deployment.ts";
import { pollUntil } from "../devnet/poll-until.ts";
import { type ChaosStage, submitPayment } from "./chaos-stage.ts";
import type { Evidence, Ghost, Outcome, Sighting } from "./evidence.ts";
import type { Fault, Injection } from "./fault.ts";
import { untilSound } from "./sound.ts";
import { carriedOut } from "./vault-log.ts";
import { type Beginning, beginningNow, logEndsOf, lookOnce, nothingSeen, type Sight, withoutOld } from "./watch.ts";

/** Decisions submitted under each fault: so many, and more while they end without the fault having been felt. */
const LEAST_DECISIONS = 2;
const MOST_DECISIONS = 8;

/** Longest that a fault stands, and that decisions may take after it, in milliseconds. */
const FAULT_LIMIT_MS = 180_000;
const DECISION_LIMIT_MS = 300_000;
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
  const before = await beginningNow(stage);
  const injection = await fault.inject(stage);
  // What was under way when a committer was replaced is not what the one in its place did.
  const beginning = { ...before, logEnds: logEndsOf(stage) };
  const followed: Followed[] = [];
  let sight: Sight;
  try {
    sight = await watch(stage, injection, followed, beginning);
  } finally {
    await injection.heal();
  }
  const healedMs = stage.nowMs();
  const times = await Promise.all(followed.map(({ ended }) => ended));
  const isRecovered = await untilSound(stage, idsOf(followed));
  const recoveredMs = stage.nowMs() - healedMs;
  const outcomes = await Promise.all(
    followed.map(({ decisionId }, index) => {
      const story = { stateDuring: sight.states[index] ?? "unknown", ms: times[index] ?? 0 };
      return outcomeOf(stage, decisionId, { fromBlock: beginning.block, ...story });
    }),
  );
  const { hit, culprit, what, ghost } = injection;
  const evidence = {
    size: stage.devnet.plan.size,
    usualMs,
    hit,
    culprit,
    sightings: withoutOld(sight.sightings, beginning.statuses),
    outcomes,
    ...(ghost === undefined ? {} : { ghost: await ghostOf(stage, ghost) }),
    ...(isRecovered ? { recoveredMs } : {}),
  };
  return { what, evidence };
}

/** Carries out one decision without any fault. Returns how long it took, in milliseconds. */
export async function carryOutOne(stage: ChaosStage): Promise<number> {
  const { ended } = await submitAndFollow(stage);
  return ended;
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

/** Looks until enough was seen. Side effects: submits decisions, and adds them to `followed`. */
async function watch(
  stage: ChaosStage,
  injection: Injection,
  followed: Followed[],
  beginning: Beginning,
): Promise<Sight> {
  let seen: readonly Sighting[] = nothingSeen(stage.devnet.committers.length);
  const look = (): Promise<Sight> => lookOnce(stage, seen, idsOf(followed), beginning);
  while (followed.length < LEAST_DECISIONS) followed.push(await submitAndFollow(stage));
  const probe = async (): Promise<Sight | undefined> => {
    const sight = await look();
    seen = sight.sightings;
    if (injection.isOver(sight)) return sight;
    if (sight.areDecided && followed.length < MOST_DECISIONS) followed.push(await submitAndFollow(stage));
    return undefined;
  };
  const over = await pollUntil(probe, { intervalMs: LOOK_MS, timeoutMs: FAULT_LIMIT_MS, signal: stage.signal });
  return over ?? look();
}

function idsOf(followed: readonly Followed[]): readonly Hex[] {
  return followed.map(({ decisionId }) => decisionId);
}

type Story = { readonly fromBlock: bigint } & Pick<Outcome, "stateDuring" | "ms">;

async function outcomeOf(stage: ChaosStage, decisionId: Hex, story: Story): Promise<Outcome> {
  const decision = await stage.client.getDecision({ decisionId });
  const [executions, facts, reports] = await Promise.all([
    carriedOut(stage, story.fromBlock, decisionId),
    executionFacts(stage, decision, stage.devnet.agent.vault),
    reportsOf(stage, decisionId),
  ]);
  const { stateDuring, ms } = story;
  const told = { decisionId, stateDuring, state: decision.state, executions: executions.length, ms };
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

function reportsOf({ devnet }: ChaosStage, decisionId: Hex): Promise<readonly CommitterReport[]> {
  return askCommitters(
    devnet.committers.map(({ setup }) => setup),
    decisionId,
  );
}

async function ghostOf(stage: ChaosStage, decisionId: Hex): Promise<Ghost> {
  const [isOnChain, executions, reports] = await Promise.all([
    isKnown(stage, decisionId),
    carriedOut(stage, 0n, decisionId),
    reportsOf(stage, decisionId),
  ]);
  return { isOnChain, executions: executions.length, knownBy: reports.map(({ memberIndex }) => memberIndex) };
}

async function isKnown({ client }: ChaosStage, decisionId: Hex): Promise<boolean> {
  try {
    await client.getDecision({ decisionId });
    return true;
  } catch (error) {
    if (error instanceof SynodSdkError && error.code === "UNKNOWN_ID") return false;
    throw error;
  }
}
