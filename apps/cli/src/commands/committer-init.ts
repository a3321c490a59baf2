import { resolve } from "node:path";
import type { SynodContracts } from "@synod/sdk";
import { type Command, InvalidArgumentError } from "commander";
import { type Address, isAddress } from "viem";
import { chainIdAt } from "../chain/chain-id-at.ts";
import { createSynodClient } from "../chain/synod-client.ts";
import type { CommandContext } from "../command-context.ts";
import { createCommitterFolder, type FinalitySetting, type NewCommitter } from "../committers/new-committer.ts";
import { readChainDeployment } from "../deployment/chain-deployment.ts";
import { CliError } from "../errors/cli-error.ts";
import type { CreatedIdentity } from "../keys/create-identity.ts";
import { passphraseOf } from "../keys/passphrase.ts";
import { emit } from "../output/emit.ts";
import { formatPairs } from "../output/table.ts";
import { JSON_OPTION, portNumber } from "./options.ts";

type InitOptions = {
  readonly folder: string;
  readonly rpcUrl: readonly string[];
  readonly listen: string;
  readonly httpPort: number;
  readonly finality?: FinalitySetting;
  readonly committeeRegistry?: Address;
  readonly decisionRegistry?: Address;
};

const DEFAULT_HTTP_PORT = 9_101;

/** Adds `synod committer init`. */
export function addInitCommand(committer: Command, context: CommandContext): void {
  committer
    .command("init")
    .description("make the folder of a new committer: settings, rules that reject everything, identity key")
    .requiredOption("--folder <dir>", "folder to make")
    .requiredOption(
      "--rpc-url <url>",
      "JSON-RPC endpoint of the chain, over HTTP; given several times, most of them must agree",
      oneMoreUrl,
    )
    .requiredOption(
      "--listen <multiaddr>",
      "where to listen for the other members, such as /ip4/0.0.0.0/tcp/9001",
      peerAddress,
    )
    .option("--http-port <port>", "port for health, metrics and status", portNumber, DEFAULT_HTTP_PORT)
    .option("--finality <how>", "tag, or depth:<blocks>, for a chain the committer does not know", finalityOf)
    .option("--committee-registry <address>", "registry of committees (default: as in deployments/)", contractAddress)
    .option("--decision-registry <address>", "registry of decisions (default: as in deployments/)", contractAddress)
    .option(...JSON_OPTION)
    .action((options: InitOptions) => init(context, options));
}

async function init(context: CommandContext, options: InitOptions): Promise<void> {
  const { rpcUrl: rpcUrls, finality, listen, httpPort } = options;
  const folder = resolve(context.cwd, options.folder);
  const chainId = await commonChainId(rpcUrls);
  const contracts = contractsOf(context, options, chainId);
  for (const rpcUrl of rpcUrls) await requireContracts({ chainId, rpcUrl, ...contracts });
  const passphrase = passphraseOf(context);
  try {
    const told: NewCommitter = { chainId, rpcUrls, contracts, finality, listen, httpPort };
    const identity = createCommitterFolder(folder, told, passphrase);
    emit(context, { data: { folder, ...told, identity }, lines: describe(folder, listen, identity) });
  } finally {
    passphrase.fill(0);
  }
}

/** The chain that all endpoints serve. Errors: RPC_UNREACHABLE; WRONG_CHAIN when they serve different ones. */
async function commonChainId(rpcUrls: readonly string[]): Promise<number> {
  const ids = await Promise.all(rpcUrls.map(chainIdAt));
  const [chainId = 0] = ids;
  const other = ids.findIndex((id) => id !== chainId);
  if (other === -1) return chainId;
  throw new CliError({
    code: "WRONG_CHAIN",
    what: `the endpoint serves chain ${ids[other]}, another one chain ${chainId}`,
    where: rpcUrls[other] ?? "--rpc-url",
    remedy: "name endpoints of one chain with --rpc-url",
  });
}

function contractsOf(context: CommandContext, options: InitOptions, chainId: number): SynodContracts {
  const { committeeRegistry, decisionRegistry } = options;
  if (committeeRegistry !== undefined && decisionRegistry !== undefined) return { committeeRegistry, decisionRegistry };
  const file = resolve(context.cwd, `deployments/${chainId}.json`);
  const record = readChainDeployment(file)?.contracts;
  if (record === undefined) throw registriesUnknown(file, chainId);
  return {
    committeeRegistry: committeeRegistry ?? record.CommitteeRegistry.address,
    decisionRegistry: decisionRegistry ?? record.DecisionRegistry.address,
  };
}

function registriesUnknown(where: string, chainId: number): CliError {
  return new CliError({
    code: "ARGUMENT_INVALID",
    what: `it is not known where the registries stand on chain ${chainId}`,
    where,
    remedy: "give --committee-registry and --decision-registry, or run it where deployments/ is",
  });
}

/** A committer would refuse to start with an address at which there is nothing: said here, before a key is made. */
async function requireContracts(target: SynodContracts & { readonly chainId: number; readonly rpcUrl: string }) {
  const client = createSynodClient(target);
  for (const address of [target.committeeRegistry, target.decisionRegistry])
    if ((await client.getCode({ address })) === undefined)
      throw new CliError({
        code: "WRONG_CHAIN",
        what: `there is no contract at ${address} on chain ${target.chainId}`,
        where: target.rpcUrl,
        remedy: "correct the registries' addresses, or deploy them with `synod deploy`",
      });
}

function describe(folder: string, listen: string, { address, publicKey }: CreatedIdentity): readonly string[] {
  return [
    ...formatPairs([
      ["folder", folder],
      ["address", `${address}  send coin for transactions here`],
      ["public key", publicKey],
      ["endpoint", `${listen}  as others reach it, with the public key, for whoever proposes the committee`],
    ]),
    "",
    "Next: write rules.json, then start it with",
    `  synod committer start --settings ${folder}/settings.json`,
  ];
}

function oneMoreUrl(url: string, others: readonly string[] = []): readonly string[] {
  if (others.includes(url)) throw new InvalidArgumentError("the same endpoint asked twice is no second opinion.");
  return [...others, url];
}

function peerAddress(text: string): string {
  if (/^\/(ip4|ip6|dns|dns4|dns6)\/[^/]+\/tcp\/\d+/.test(text)) return text;
  throw new InvalidArgumentError("give a multiaddr such as /ip4/0.0.0.0/tcp/9001.");
}

function contractAddress(text: string): Address {
  if (isAddress(text, { strict: false })) return text;
  throw new InvalidArgumentError("give an address (0x and 40 hex digits).");
}

function finalityOf(text: string): FinalitySetting {
  if (text === "tag") return { kind: "tag" };
  const [, depth] = /^depth:([1-9]\d{0,4})$/.exec(text) ?? [];
  if (depth === undefined) throw new InvalidArgumentError("give tag or depth:<blocks>.");
  return { kind: "depth", depthBlocks: Number(depth) };
}
