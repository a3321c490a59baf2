import { resolve } from "node:path";
import { DEPLOYMENT_PROXY, deployProxy, deployRegistries, registryCreations } from "@synod/sdk";
import type { Command } from "commander";
import type { Address } from "viem";
import { type AccountClient, createAccountClient } from "../chain/account-client.ts";
import { chainIdAt } from "../chain/chain-id-at.ts";
import { accountFromEnvironment, keyMissing } from "../chain/submitter-account.ts";
import type { CommandContext } from "../command-context.ts";
import { type ChainDeployment, chainDeploymentOf, readChainDeployment } from "../deployment/chain-deployment.ts";
import { writeFileAtomically } from "../deployment/write-file-atomically.ts";
import { readArtifact, registryCodes } from "../devnet/artifact.ts";
import { CliError } from "../errors/cli-error.ts";
import { emit } from "../output/emit.ts";
import { toJson } from "../output/json.ts";
import { withStep } from "../output/progress.ts";
import { formatPairs } from "../output/table.ts";
import { JSON_OPTION } from "./options.ts";

type DeployOptions = { readonly rpcUrl: string; readonly out?: string; readonly yes?: true };

/** Everybody may read where contracts stand. */
const PUBLIC_FILE = 0o644;

/** Adds `synod deploy`. */
export function addDeployCommand(program: Command, context: CommandContext): void {
  program
    .command("deploy")
    .description(
      "put the registries and the policy engine on a chain, where they stand on every chain, and record them",
    )
    .requiredOption("--rpc-url <url>", "JSON-RPC endpoint of the chain, over HTTP")
    .option("--out <file>", "record to write (default: deployments/<chain id>.json)")
    .option("--yes", "send without asking")
    .option(...JSON_OPTION)
    .action((options: DeployOptions) => deploy(context, options));
}

/** Deploys what does not stand there yet. Side effects: sends up to five transactions, writes the record. */
async function deploy(context: CommandContext, options: DeployOptions): Promise<void> {
  const account = accountFromEnvironment(context);
  if (account === undefined) throw keyMissing("no key to send with");
  const chainId = await chainIdAt(options.rpcUrl);
  const client = createAccountClient({ chainId, rpcUrl: options.rpcUrl }, account);
  const file = resolve(context.cwd, options.out ?? `deployments/${chainId}.json`);
  const previous = readChainDeployment(file);
  await announce(context, options, client);
  const codes = registryCodes();
  await withStep(context.progress, "deployment proxy", () => deployProxy(client), toldBy);
  const deployed = await withStep(context.progress, "registries", () => deployRegistries(client, { codes }));
  const vaultCode = readArtifact("AgentVault").bytecode;
  const record = chainDeploymentOf({ chainId, codes, vaultCode, deployed, previous });
  writeFileAtomically(file, `${toJson(record)}\n`, PUBLIC_FILE);
  emit(context, { data: record, lines: describe(record, file) });
}

/** Says what is missing and asks before anything is sent. Errors: NOT_CONFIRMED. */
async function announce(context: CommandContext, options: DeployOptions, client: AccountClient): Promise<void> {
  const { policyEngine, committeeRegistry, decisionRegistry } = registryCreations(registryCodes());
  const state = async (address: Address): Promise<string> =>
    `${address}  ${(await client.getCode({ address })) === undefined ? "to be deployed" : "stands already"}`;
  const lines = formatPairs([
    ["chain", `${client.chain.id} at ${options.rpcUrl}`],
    ["sender", client.account.address],
    ["deployment proxy", await state(DEPLOYMENT_PROXY.address)],
    ["policy engine", await state(policyEngine.address)],
    ["committee registry", await state(committeeRegistry.address)],
    ["decision registry", await state(decisionRegistry.address)],
  ]);
  context.terminal.err(`${lines.join("\n")}\n`);
  if (options.yes === true || (await context.confirm?.("Deploy what is missing?")) === true) return;
  throw new CliError({
    code: "NOT_CONFIRMED",
    what: "nothing was deployed",
    where: "synod deploy",
    remedy: "answer y, or give --yes where nobody can answer",
  });
}

function toldBy(sent: { readonly blockNumber: bigint } | undefined): string {
  return sent === undefined ? "stands already" : `in block ${sent.blockNumber}`;
}

function describe({ chainId, contracts }: ChainDeployment, file: string): readonly string[] {
  return formatPairs([
    ["chain", String(chainId)],
    ["policy engine", contracts.PolicyEngine.address],
    ["committee registry", contracts.CommitteeRegistry.address],
    ["decision registry", contracts.DecisionRegistry.address],
    ["recorded in", file],
  ]);
}
