import { once } from "node:events";
import { decisionRegistryAbi, toSynodSdkError } from "@synod/sdk";
import type { Command } from "commander";
import type { WatchContractEventOnLogsParameter } from "viem";
import { connect } from "../chain/synod-client.ts";
import type { CommandContext } from "../command-context.ts";
import type { Deployment } from "../deployment/deployment.ts";
import { loadDeployment } from "../deployment/read-deployment.ts";
import { emitEntry } from "../output/emit.ts";
import { DEPLOYMENT_OPTION, JSON_OPTION } from "./options.ts";

type RegistryEvent = WatchContractEventOnLogsParameter<typeof decisionRegistryAbi>[number];

/** Adds `synod watch`. */
export function addWatchCommand(program: Command, context: CommandContext): void {
  program
    .command("watch")
    .description("print every event of the decision registry as it happens, until stopped")
    .option(...DEPLOYMENT_OPTION)
    .option(...JSON_OPTION)
    .action(({ deployment }: { deployment: string }) => watch(context, loadDeployment(context, deployment)));
}

/** Prints events until Ctrl-C. Errors: those of the chain when it stops answering. */
async function watch(context: CommandContext, deployment: Deployment): Promise<void> {
  const client = await connect(deployment);
  const failed = new AbortController();
  const unwatch = client.watchContractEvent({
    address: deployment.decisionRegistry,
    abi: decisionRegistryAbi,
    onLogs: (events) => {
      for (const event of events) emitEntry(context, { data: entryOf(event), lines: [lineOf(event)] });
    },
    onError: (error) => failed.abort(toSynodSdkError(error)),
  });
  context.terminal.err(`watching ${deployment.decisionRegistry}; Ctrl-C ends it\n`);
  const ended = AbortSignal.any([context.signal, failed.signal]);
  if (!ended.aborted) await once(ended, "abort");
  unwatch();
  failed.signal.throwIfAborted();
}

function entryOf({ eventName, args, blockNumber, transactionHash }: RegistryEvent): object {
  return { event: eventName, blockNumber, transactionHash, args };
}

function lineOf({ eventName, args, blockNumber }: RegistryEvent): string {
  const subject = "decisionId" in args ? args.decisionId : "agentId" in args ? args.agentId : undefined;
  return `${String(blockNumber).padStart(8)}  ${eventName.padEnd(17)}  ${subject ?? ""}`.trimEnd();
}
