import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { SynodContracts } from "@synod/sdk";
import { writeFileAtomically } from "../deployment/write-file-atomically.ts";
import { CliError } from "../errors/cli-error.ts";
import { type CreatedIdentity, createIdentity, keysIn } from "../keys/create-identity.ts";

/** How blocks become final, in the words of the settings file. */
export type FinalitySetting = { readonly kind: "tag" } | { readonly kind: "depth"; readonly depthBlocks: number };

/** What a new committer is told. */
export type NewCommitter = {
  readonly chainId: number;
  /** One, or several of which most must agree. */
  readonly rpcUrls: readonly string[];
  readonly contracts: SynodContracts;
  /** `undefined`: by the chain's tag, if the committer knows the chain. */
  readonly finality: FinalitySetting | undefined;
  /** Multiaddr to listen at. */
  readonly listen: string;
  readonly httpPort: number;
};

/** Attests nothing before its operator has written rules: the answer to everything is no. */
const FIRST_RULES = { version: 1, default: "reject", rules: [] };

/**
 * Makes a committer's folder: `settings.json`, `rules.json` and `data` with an identity key. All of it or nothing: it
 * is made beside and renamed. Takes about a second, the keystore's own cost.
 * Errors: ARGUMENT_INVALID when the folder is there already and not empty; KEYSTORE_INVALID.
 * @param passphrase borrowed; the caller wipes it
 */
export function createCommitterFolder(folder: string, told: NewCommitter, passphrase: Uint8Array): CreatedIdentity {
  requireUnused(folder);
  const draft = mkdtempSync(join(dirname(folder), `.${basename(folder)}-`));
  try {
    chmodSync(draft, 0o700);
    const identity = createIdentity(keysIn(join(draft, "data")), passphrase);
    writeFileAtomically(join(draft, "rules.json"), `${JSON.stringify(FIRST_RULES, undefined, 2)}\n`);
    writeFileAtomically(join(draft, "settings.json"), `${JSON.stringify(settingsOf(told), undefined, 2)}\n`);
    renameSync(draft, folder);
    return identity;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function requireUnused(folder: string): void {
  if (!existsSync(dirname(folder))) throw unusable(dirname(folder), "there is no such folder to make it in");
  if (existsSync(folder) && readdirSync(folder).length > 0) throw unusable(folder, "the folder is there already");
}

function settingsOf({ chainId, rpcUrls, contracts, finality, listen, httpPort }: NewCommitter): object {
  return {
    chain: { id: chainId, ...endpointsOf(rpcUrls), ...(finality === undefined ? {} : { finality }) },
    contracts: { committeeRegistry: contracts.committeeRegistry, decisionRegistry: contracts.decisionRegistry },
    dataDir: "data",
    listen,
    http: { port: httpPort },
    lobes: [{ kind: "rules", file: "rules.json" }],
  };
}

/** One endpoint is written so that the environment can name another in its place. */
function endpointsOf(rpcUrls: readonly string[]): object {
  const [httpUrl, ...others] = rpcUrls;
  return others.length === 0 ? { httpUrl } : { providers: rpcUrls.map((url) => ({ httpUrl: url })) };
}

function unusable(where: string, what: string): CliError {
  return new CliError({ code: "ARGUMENT_INVALID", what, where, remedy: "name a new folder with --folder" });
}
