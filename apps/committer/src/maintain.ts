import { parseArgs } from "node:util";
import type { Hex } from "viem";
import type { EpochName } from "./committee/refresh-requests.ts";
import { messageOf, StartError } from "./failure.ts";
import { refuse } from "./refusal.ts";
import type { Settings } from "./settings.ts";

const USAGE = "usage: node apps/committer/src/maintain.ts refresh --settings <file> --committee <id> --epoch <number>";

const OPTIONS = {
  settings: { type: "string", short: "s" },
  committee: { type: "string" },
  epoch: { type: "string" },
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

type Action = (settings: Settings) => Promise<string>;

/** What is to be done. What costs time to load is loaded only when the command line is right. */
function actionOf(name: string | undefined, options: Options): Action {
  switch (name) {
    case "refresh": {
      const epoch = epochOf(options);
      return async (settings) => (await import("./maintenance/ask-for-refresh.ts")).askForRefresh(settings, epoch);
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
