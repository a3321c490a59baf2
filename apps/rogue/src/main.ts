/**
 * A committer that misbehaves, for rehearsals on a development chain: the daemon's own parts, with one of them replaced.
 *
 *   node apps/rogue/src/main.ts --settings <file> --misdeed withhold|garbage|equivocate
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import {
  type Committer,
  createLog,
  loadSettings,
  NO_REHEARSAL,
  refuse,
  type Settings,
  StartError,
  startCommitter,
  startSessionWorker,
  takePassphrase,
} from "@synod/committer";
import { Libp2pTransport } from "@synod/network";
import { MISDEEDS, type Misdeed, misdeedNamed, sessionsFor, transportFor } from "./misdeed.ts";

/** The only chain on which anybody may do this. */
const DEVELOPMENT_CHAIN_ID = 31_337;

const USAGE = `usage: node apps/rogue/src/main.ts --settings <file> --misdeed <${MISDEEDS.join("|")}>`;
const OPTIONS = { settings: { type: "string" }, misdeed: { type: "string" } } as const;

function readArguments(args: readonly string[]): { readonly settings: Settings; readonly misdeed: Misdeed } {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: false });
  const misdeed = misdeedNamed(String(values.misdeed));
  if (typeof values.settings !== "string" || misdeed === undefined) throw new StartError("usage", USAGE);
  const settings = loadSettings(values.settings, process.env);
  if (settings.chain.id !== DEVELOPMENT_CHAIN_ID)
    throw new StartError(
      "usage",
      `chain.id: found ${settings.chain.id}; this misbehaves, and runs on the development chain ${DEVELOPMENT_CHAIN_ID} alone`,
    );
  return { settings, misdeed };
}

async function start(settings: Settings, misdeed: Misdeed, passphrase: Uint8Array): Promise<Committer> {
  return startCommitter(settings, passphrase, {
    log: createLog(settings.logLevel),
    rehearsal: NO_REHEARSAL,
    openSessions: (secrets, onCrash) => {
      const place = settings.keystore;
      return sessionsFor(misdeed, () => startSessionWorker({ place, ...secrets }, onCrash));
    },
    openTransport: async (secret, onEvent) => {
      const transport = await Libp2pTransport.create({ secret, listen: settings.listen });
      transport.onEvent(onEvent);
      return transportFor(misdeed, transport, (length) => Uint8Array.from(randomBytes(length)));
    },
    onFatal: refuse,
  });
}

async function run(): Promise<void> {
  const { settings, misdeed } = readArguments(process.argv.slice(2));
  const passphrase = takePassphrase(process.env);
  try {
    const committer = await start(settings, misdeed, passphrase);
    process.once("SIGTERM", () => void committer.close().then(() => process.exit(0), refuse));
  } finally {
    passphrase.fill(0);
  }
}

process.on("uncaughtException", refuse);
run().catch(refuse);
