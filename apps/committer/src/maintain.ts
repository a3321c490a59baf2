import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Hex } from "viem";
import type { EpochName } from "./committee/refresh-requests.ts";
import { messageOf, StartError } from "./failure.ts";
import type { MaintenanceSecrets } from "./maintenance/own-keys.ts";
import { refuse } from "./refusal.ts";
import type { Settings } from "./settings.ts";

const USAGE =
  "usage: node apps/committer/src/maintain.ts --settings <file> (refresh --committee <id> --epoch <number> | backup --committee <id> --out <file> | restore --from <file>)";

const OPTIONS = {
  settings: { type: "string", short: "s" },
  committee: { type: "string" },
  epoch: { type: "string" },
  out: { type: "string" },
  from: { type: "string" },
} as const;

type Options = { readonly [Name in keyof typeof OPTIONS]?: string | undefined };

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (cause) {
    throw misused(messageOf(cause), { cause });
  }
}

function misused(what: string, options?: ErrorOptions): StartError {
  return new StartError("usage", `${what}; ${USAGE}`, options);
}

function committeeOf({ committee = "" }: Options): Hex {
  if (/^0x[0-9a-fA-F]{64}$/.test(committee)) return `0x${committee.slice(2).toLowerCase()}`;
  throw misused(`--committee: found "${committee}"; it must be a committee's id, 0x and 64 hex digits`);
}

function epochOf(options: Options): EpochName {
  const { epoch = "" } = options;
  if (!/^[1-9]\d{0,18}$/.test(epoch)) throw misused(`--epoch: found "${epoch}"; it must be a number from 1`);
  return { committeeId: committeeOf(options), epoch: BigInt(epoch) };
}

function pathOf(options: Options, name: "out" | "from"): string {
  const path = options[name];
  if (path === undefined || path === "") throw misused(`--${name} is missing`);
  return resolve(path);
}

/** Both passphrases, wiped when `work` has ended. */
async function withSecrets(work: (secrets: MaintenanceSecrets) => Promise<string>): Promise<string> {
  const { takePassphrase } = await import("./passphrase.ts");
  const keystorePassphrase = takePassphrase(process.env);
  const backupPassphrase = takePassphrase(process.env, "SYNOD_BACKUP_PASSPHRASE");
  try {
    return await work({ keystorePassphrase, backupPassphrase });
  } finally {
    keystorePassphrase.fill(0);
    backupPassphrase.fill(0);
  }
}

type Action = (settings: Settings) => Promise<string>;

/** What is to be done. What costs time to load is loaded only when the command line is right. */
function actionOf(name: string | undefined, options: Options): Action {
  switch (name) {
    case "refresh": {
      const epoch = epochOf(options);
      return async (settings) => (await import("./maintenance/ask-for-refresh.ts")).askForRefresh(settings, epoch);
    }
    case "backup": {
      const [committeeId, out] = [committeeOf(options), pathOf(options, "out")];
      return (settings) =>
        withSecrets(async (secrets) => {
          const { backUp } = await import("./maintenance/back-up.ts");
          return backUp(settings, committeeId, out, secrets);
        });
    }
    case "restore": {
      const from = pathOf(options, "from");
      return (settings) =>
        withSecrets(async (secrets) => {
          const { restore } = await import("./maintenance/restore.ts");
          return restore(settings, from, secrets);
        });
    }
    default:
      throw misused(name === undefined ? "nothing is asked for" : `unknown: ${name}`);
  }
}

async function run(): Promise<void> {
  const { positionals, values } = parse(process.argv.slice(2));
  const { settings: file } = values;
  if (file === undefined) throw misused("--settings is missing");
  const action = actionOf(positionals[0], values);
  const { loadSettings } = await import("./settings.ts");
  process.stdout.write(`${await action(loadSettings(file, process.env))}\n`);
}

run().catch(refuse);
