import { resolve } from "node:path";
import type { KeystorePlace } from "@synod/storage";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.ts";
import { loadDeployment } from "../deployment/read-deployment.ts";
import { CliError } from "../errors/cli-error.ts";
import { createIdentity, keysIn } from "../keys/create-identity.ts";
import type { InspectedKey } from "../keys/inspect-keys.ts";
import { passphraseOf } from "../keys/passphrase.ts";
import { emit } from "../output/emit.ts";
import { formatPairs, formatTable } from "../output/table.ts";
import { DEPLOYMENT_OPTION, JSON_OPTION } from "./options.ts";

type CreateOptions = {
  readonly dataDir?: string;
  readonly vaultUrl?: string;
  readonly vaultMount: string;
  readonly vaultPath?: string;
  readonly vaultTokenFile?: string;
};
type InspectOptions = { readonly dataDir: string; readonly deployment: string };

/** Adds `synod keys create` and `synod keys inspect`. */
export function addKeysCommand(program: Command, context: CommandContext): void {
  const keys = program.command("keys").description("make a committer's identity key, and look at its keys");
  keys
    .command("create")
    .description("make the identity key of a new committer; its address pays for transactions")
    .option("--data-dir <folder>", "the committer's data folder; made when absent")
    .option("--vault-url <url>", "a HashiCorp Vault to keep it in instead")
    .option("--vault-mount <mount>", "mount point of its KV engine, version 2", "secret")
    .option("--vault-path <path>", "path below it that is this committer's alone")
    .option("--vault-token-file <file>", "file with the token")
    .option(...JSON_OPTION)
    .action((options: CreateOptions) => create(context, options));
  keys
    .command("inspect")
    .description("tell the public part of every key in a committer's data folder; never a secret")
    .requiredOption("--data-dir <folder>", "the committer's data folder")
    .option(...DEPLOYMENT_OPTION)
    .option(...JSON_OPTION)
    .action((options: InspectOptions) => inspect(context, options));
}

function create(context: CommandContext, options: CreateOptions): void {
  const place = placeOf(context, options);
  const passphrase = passphraseOf(context);
  try {
    const identity = createIdentity(place, passphrase);
    const lines = formatPairs([
      ["address", identity.address],
      ["public key", identity.publicKey],
    ]);
    emit(context, { data: identity, lines });
  } finally {
    passphrase.fill(0);
  }
}

/** The data folder or the Vault, whichever is named; exactly one of them. Errors: USAGE. */
function placeOf({ cwd }: CommandContext, options: CreateOptions): KeystorePlace {
  const { dataDir, vaultUrl, vaultMount: mount, vaultPath: path, vaultTokenFile } = options;
  if (dataDir !== undefined && vaultUrl === undefined) return keysIn(resolve(cwd, dataDir));
  if (dataDir === undefined && vaultUrl !== undefined && path !== undefined && vaultTokenFile !== undefined)
    return { kind: "vault", url: vaultUrl, mount, path, tokenFile: resolve(cwd, vaultTokenFile) };
  throw new CliError({
    code: "USAGE",
    what: "it is not clear where the key is to be kept",
    where: "command line",
    remedy: "give --data-dir, or --vault-url with --vault-path and --vault-token-file",
  });
}

async function inspect(context: CommandContext, options: InspectOptions): Promise<void> {
  const passphrase = passphraseOf(context);
  try {
    // Loaded here, because no other command needs the threshold library.
    const { inspectKeys } = await import("../keys/inspect-keys.ts");
    const deployment = loadDeployment(context, options.deployment);
    const keys = inspectKeys(resolve(context.cwd, options.dataDir), deployment, passphrase);
    emit(context, { data: keys, lines: formatTable(COLUMNS, keys) });
  } finally {
    passphrase.fill(0);
  }
}

const COLUMNS = [
  { header: "name", value: (key: InspectedKey) => key.name },
  { header: "address", value: addressOf },
  { header: "public key", value: publicKeyOf },
  { header: "epoch", value: (key: InspectedKey) => (key.kind === "share" ? String(key.epoch) : "") },
  { header: "member", value: (key: InspectedKey) => (key.kind === "share" ? String(key.memberIndex) : "") },
  {
    header: "signers",
    value: (key: InspectedKey) => (key.kind === "share" ? `${key.minSigners} of ${key.members}` : ""),
  },
];

function addressOf(key: InspectedKey): string {
  switch (key.kind) {
    case "identity":
      return key.address;
    case "share":
      return `${key.groupAddress} (group)`;
    case "other":
      return "not a key of synod";
  }
}

function publicKeyOf(key: InspectedKey): string {
  switch (key.kind) {
    case "identity":
      return key.publicKey;
    case "share":
      return key.groupKey;
    case "other":
      return "";
  }
}
