import { resolve } from "node:path";
import type { Action } from "@synod/core";
import type { BindingParameters, DecisionRecord, SubmitDecisionReturnType } from "@synod/sdk";
import type { Command } from "commander";
import { type Hex, isHex, size } from "viem";
import { submitterAccount } from "../chain/submitter-account.ts";
import { connect, type SynodClient } from "../chain/synod-client.ts";
import type { CommandContext } from "../command-context.ts";
import { buildAction } from "../decision/build-action.ts";
import { type DecisionDraft, pickDraft, readDecisionFile } from "../decision/decision-file.ts";
import { describeAction } from "../decision/describe-action.ts";
import { describeDecision, formatTime } from "../decision/describe-decision.ts";
import { type CallFlags, draftFromFlags } from "../decision/draft-from-flags.ts";
import type { DeployedAgent, Deployment } from "../deployment/deployment.ts";
import { loadDeployment } from "../deployment/read-deployment.ts";
import { CliError } from "../errors/cli-error.ts";
import { emit } from "../output/emit.ts";
import { withStep } from "../output/progress.ts";
import { formatPairs } from "../output/table.ts";
import { DEPLOYMENT_OPTION, JSON_OPTION } from "./options.ts";

type DecideOptions = CallFlags & {
  readonly deployment: string;
  readonly file?: string;
  readonly name?: string;
  readonly agent?: string;
  readonly after?: string;
  readonly bound?: true;
  readonly wait?: true;
  readonly yes?: true;
};

const DEFAULT_DEADLINE_SECONDS = 3_600;
const WAIT_MS = 600_000;

/** Adds `synod decide`. */
export function addDecideCommand(program: Command, context: CommandContext): void {
  program
    .command("decide")
    .description("submit a decision: from a file, or one call from the flags")
    .option(...DEPLOYMENT_OPTION)
    .option("--file <file>", "file of decisions; examples/decisions.json shows the format")
    .option("--name <name>", "which decision of the file")
    .option("--agent <agent>", "agent by name or id; needed when the deployment has several")
    .option("--to <account>", "recipient, by address or account name")
    .option("--value <coins>", "native coin to send, such as 0.5")
    .option("--token <token>", "token to send, by symbol or address")
    .option("--amount <tokens>", "tokens to send, such as 250")
    .option("--target <account>", "contract to call")
    .option("--data <hex>", "call data")
    .option("--after <decision>", "let it be approved only once that decision was executed, by its id")
    .option("--bound", "let it die when another result of the agent lands first")
    .option("--wait", "wait until the decision is final")
    .option("--yes", "submit without asking")
    .option(...JSON_OPTION)
    .action((options: DecideOptions) => decide(context, options));
}

/** Shows what would be decided, asks, submits, and waits if told so. Side effects: sends one transaction. */
async function decide(context: CommandContext, options: DecideOptions): Promise<void> {
  const deployment = loadDeployment(context, options.deployment);
  const draft = draftOf(context, options);
  const agent = findAgent(deployment, options.agent);
  const action = buildAction(draft, agent, deployment);
  const client = await connect(deployment, submitterAccount(context, deployment));
  const deadline = await deadlineOf(client, draft);
  await requireConfirmation(context, options, [
    ...describeAction(action, deployment.tokens),
    `deadline ${formatTime(deadline)}`,
  ]);
  const binding = await bindingOf(client, agent.id, options);
  const submitted = await submit(context, client, { agentId: agent.id, action, deadline, ...binding });
  if (options.wait !== true) emitSubmission(context, submitted);
  else await waitAndEmit(context, client, { deployment, action, submitted });
}

function draftOf(context: CommandContext, options: DecideOptions): DecisionDraft {
  const { file, name, to, value, token, amount, target, data } = options;
  if (file === undefined) return draftFromFlags(withoutUndefined({ to, value, token, amount, target, data }));
  if ([to, value, token, amount, target, data].some((flag) => flag !== undefined))
    throw new CliError({
      code: "USAGE",
      what: "--file and flags that describe a call exclude each other",
      where: "command line",
      remedy: "give one of the two",
    });
  const path = resolve(context.cwd, file);
  return pickDraft(path, readDecisionFile(path), name);
}

function withoutUndefined(flags: Readonly<Record<keyof CallFlags, string | undefined>>): CallFlags {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}

function findAgent({ agents }: Deployment, wanted: string | undefined): DeployedAgent {
  const found =
    wanted === undefined && agents.length === 1 ? agents[0] : agents.find((agent) => isAgent(agent, wanted));
  if (found !== undefined) return found;
  throw new CliError({
    code: "ARGUMENT_INVALID",
    what: wanted === undefined ? "the deployment has several agents or none" : `there is no agent "${wanted}"`,
    where: "--agent",
    remedy: `give one of ${agents.map(({ name }) => name).join(", ")}`,
  });
}

function isAgent(agent: DeployedAgent, wanted: string | undefined): boolean {
  return agent.name === wanted || agent.id.toLowerCase() === wanted?.toLowerCase();
}

async function deadlineOf(client: SynodClient, draft: DecisionDraft): Promise<bigint> {
  const { timestamp } = await client.getBlock();
  return timestamp + BigInt(draft.deadlineSeconds ?? DEFAULT_DEADLINE_SECONDS);
}

/** Bound: to the agent's sequence and state root of now, so that no other result and no other history comes between. */
async function bindingOf(
  client: SynodClient,
  agentId: Hex,
  { after, bound }: Pick<DecideOptions, "after" | "bound">,
): Promise<BindingParameters> {
  const predecessor = after === undefined ? undefined : decisionIdFrom(after);
  if (bound !== true) return { predecessor };
  const { sequence, stateRoot } = await client.getAgent({ agentId });
  return { predecessor, expectedSequence: sequence, expectedStateRoot: stateRoot };
}

function decisionIdFrom(text: string): Hex {
  if (isHex(text) && size(text) === 32) return text;
  throw new CliError({
    code: "ARGUMENT_INVALID",
    what: `"${text}" is no decision id`,
    where: "--after",
    remedy: "give the 32-byte id that `synod decide` printed",
  });
}

async function requireConfirmation(
  context: CommandContext,
  options: DecideOptions,
  lines: readonly string[],
): Promise<void> {
  context.terminal.err(`${lines.join("\n")}\n`);
  if (options.yes === true) return;
  if ((await context.confirm?.("Submit this decision?")) === true) return;
  throw new CliError({
    code: "NOT_CONFIRMED",
    what: "the decision was not submitted",
    where: "synod decide",
    remedy: "answer y, or give --yes where nobody can answer",
  });
}

type Submission = BindingParameters & {
  readonly agentId: Hex;
  readonly action: Action;
  readonly deadline: bigint;
};

function submit(
  context: CommandContext,
  client: SynodClient,
  submission: Submission,
): Promise<SubmitDecisionReturnType> {
  return withStep(
    context.progress,
    "submit",
    () => client.submitDecision(submission),
    ({ decisionId, blockNumber }) => `decision ${decisionId} in block ${blockNumber}`,
  );
}

function emitSubmission(context: CommandContext, submitted: SubmitDecisionReturnType): void {
  const lines = formatPairs([
    ["decision", submitted.decisionId],
    ["block", String(submitted.blockNumber)],
    ["transaction", submitted.transactionHash],
  ]);
  emit(context, { data: submitted, lines });
}

type Waiting = {
  readonly deployment: Deployment;
  readonly action: Action;
  readonly submitted: SubmitDecisionReturnType;
};

async function waitAndEmit(context: CommandContext, client: SynodClient, waiting: Waiting): Promise<void> {
  const { deployment, action, submitted } = waiting;
  const decision = await withStep(
    context.progress,
    "wait",
    (step) =>
      client.waitForDecision({
        decisionId: submitted.decisionId,
        timeoutMs: WAIT_MS,
        signal: context.signal,
        onState: ({ state }) => step.update(state),
      }),
    ({ state }) => state,
  );
  emit(context, { data: { ...decision, action }, lines: describeDecision(decision, action, deployment.tokens) });
  requireExecuted(decision);
}

function requireExecuted({ id, state }: DecisionRecord): void {
  if (state === "Executed") return;
  throw new CliError({
    code: "EXPECTATION_FAILED",
    what: `decision ${id} ended as ${state}, not Executed`,
    where: "synod decide --wait",
    remedy: "see `synod status` and the committers' logs for the reason",
  });
}
