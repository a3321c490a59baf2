import type { DecisionRecord } from "@synod/sdk";
import type { Command } from "commander";
import { type Hex, isHex } from "viem";
import { connect, type SynodClient } from "../chain/synod-client.ts";
import type { CommandContext } from "../command-context.ts";
import { askCommitters, type CommitterReport, signersOf } from "../committers/ask-committers.ts";
import { describeDecision, formatTime, pauseAt } from "../decision/describe-decision.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { loadDeployment } from "../deployment/read-deployment.ts";
import { CliError } from "../errors/cli-error.ts";
import { emit } from "../output/emit.ts";
import { formatPairs, formatTable } from "../output/table.ts";
import { DEPLOYMENT_OPTION, JSON_OPTION } from "./options.ts";

/** Adds `synod status [decisionId]`. */
export function addStatusCommand(program: Command, context: CommandContext): void {
  program
    .command("status")
    .description("show where one decision stands, or the deployment with its committees, agents and decisions")
    .argument("[decisionId]", "decision to show")
    .option(...DEPLOYMENT_OPTION)
    .option(...JSON_OPTION)
    .action(async (decisionId: string | undefined, options: { deployment: string }) => {
      const deployment = loadDeployment(context, options.deployment);
      const client = await connect(deployment);
      if (decisionId === undefined) await showDeployment(context, client, deployment);
      else await showDecision(context, client, deployment, parseDecisionId(decisionId));
    });
}

/** A decision id from the command line. Errors: ARGUMENT_INVALID. */
export function parseDecisionId(text: string): Hex {
  if (isHex(text) && text.length === 66) return text;
  throw new CliError({
    code: "ARGUMENT_INVALID",
    what: `"${text}" is not a decision id`,
    where: "command line",
    remedy: "give 32 bytes as 0x and 64 hex digits",
  });
}

async function showDecision(
  context: CommandContext,
  client: SynodClient,
  deployment: Deployment,
  decisionId: Hex,
): Promise<void> {
  const members = deployment.committees.flatMap((committee) => committee.members);
  const decision = await client.getDecision({ decisionId });
  const [submissions, reports, agent, { timestamp }] = await Promise.all([
    client.listDecisions({ decisionId }),
    askCommitters(members, decisionId),
    client.getAgent({ agentId: decision.agentId }),
    client.getBlock(),
  ]);
  const action = submissions[0]?.action;
  const signers = signersOf(reports);
  const description = describeDecision(decision, action, deployment.tokens, pauseAt(agent, timestamp));
  const lines = [...description, "", ...formatTable(REPORT_COLUMNS, reports)];
  emit(context, { data: { ...decision, signers, action, committers: reports }, lines });
}

async function showDeployment(context: CommandContext, client: SynodClient, deployment: Deployment): Promise<void> {
  const committees = await Promise.all(deployment.committees.map(({ id }) => client.getCommittee({ committeeId: id })));
  const agents = await Promise.all(deployment.agents.map(({ id }) => client.getAgent({ agentId: id })));
  const { timestamp } = await client.getBlock();
  const submissions = await client.listDecisions({});
  const decisions = await Promise.all(submissions.map(({ id }) => client.getDecision({ decisionId: id })));
  const lines = [
    ...formatPairs([
      ["chain", `${deployment.chainId} at ${deployment.rpcUrl}`],
      ["committee registry", deployment.committeeRegistry],
      ["decision registry", deployment.decisionRegistry],
    ]),
    "",
    ...formatTable(COMMITTEE_COLUMNS, committees),
    "",
    ...formatTable(agentColumns(timestamp), agents),
    "",
    ...formatTable(DECISION_COLUMNS, decisions),
  ];
  emit(context, { data: { chainId: deployment.chainId, committees, agents, decisions }, lines });
}

type Committee = Awaited<ReturnType<SynodClient["getCommittee"]>>;
type Agent = Awaited<ReturnType<SynodClient["getAgent"]>>;

const COMMITTEE_COLUMNS = [
  { header: "committee", value: (committee: Committee) => committee.id },
  { header: "epoch", value: ({ epoch }: Committee) => `${epoch.epoch} ${epoch.status}` },
  { header: "members", value: ({ epoch }: Committee) => String(epoch.members.length), align: "right" as const },
  { header: "signers", value: ({ epoch }: Committee) => String(epoch.minSigners), align: "right" as const },
  { header: "quorum", value: ({ epoch }: Committee) => String(epoch.quorum), align: "right" as const },
  { header: "group address", value: ({ epoch }: Committee) => epoch.group?.address ?? "none yet" },
];

function agentColumns(now: bigint) {
  const pause = (agent: Agent): string => {
    const until = pauseAt(agent, now);
    return until === undefined ? "no" : `until ${formatTime(until)}`;
  };
  return [
    { header: "agent", value: (agent: Agent) => agent.id },
    { header: "vault", value: (agent: Agent) => agent.vault },
    { header: "sequence", value: (agent: Agent) => String(agent.sequence), align: "right" as const },
    { header: "paused", value: pause },
  ];
}

const REPORT_COLUMNS = [
  { header: "committer", value: ({ memberIndex }: CommitterReport) => String(memberIndex), align: "right" as const },
  { header: "sees it as", value: ({ state }: CommitterReport) => state },
  { header: "signers", value: ({ signers }: CommitterReport) => signers.join(" ") },
  { header: "attempts", value: ({ attempts }: CommitterReport) => String(attempts), align: "right" as const },
  { header: "note", value: ({ refusal, parked, reason }: CommitterReport) => refusal ?? parked ?? reason ?? "" },
];

const DECISION_COLUMNS = [
  { header: "decision", value: (decision: DecisionRecord) => decision.id },
  { header: "state", value: (decision: DecisionRecord) => decision.state },
  { header: "attested by", value: (decision: DecisionRecord) => (decision.result?.attesters ?? []).join(" ") },
];
