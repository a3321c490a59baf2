import { parseArgs } from "node:util";
import type { Committer } from "./committer.ts";
import { messageOf, StartError } from "./failure.ts";
import { createLog, type Log } from "./log.ts";
import { takePassphrase } from "./passphrase.ts";
import { refuse } from "./refusal.ts";
import { type Rehearsal, readRehearsal } from "./rehearsal.ts";
import type { PointArithmetic } from "./sessions/messages.ts";
import { loadSettings, type Settings } from "./settings.ts";

const USAGE = "usage: node apps/committer/src/main.ts --settings <file> [--resume-signing <why>]";

/** Longest that closing may take before the process ends anyway. */
const CLOSE_LIMIT_MS = 10_000;

type Arguments = { readonly settingsFile: string; readonly resumeNote: string | undefined };

const OPTIONS = { settings: { type: "string", short: "s" }, "resume-signing": { type: "string" } } as const;

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (cause) {
    throw new StartError("usage", `${messageOf(cause)}; ${USAGE}`, { cause });
  }
}

function readArguments(args: readonly string[]): Arguments {
  const { settings = "", "resume-signing": resumeNote } = parseOptions(args);
  if (settings === "") throw new StartError("usage", `--settings is missing; ${USAGE}`);
  if (resumeNote?.trim() === "") throw new StartError("usage", `--resume-signing needs a reason; ${USAGE}`);
  return { settingsFile: settings, resumeNote };
}

/** A listener of our own takes the signal away from Node, which would open the inspector on it. */
function disableInspectorSignal(): void {
  process.on("SIGUSR1", () => undefined);
}

type Run = {
  readonly settings: Settings;
  readonly rehearsal: Rehearsal;
  readonly passphrase: Uint8Array;
  readonly log: Log;
  readonly resumeNote: string | undefined;
};

/** What costs time to load is loaded only when settings and passphrase are there. */
async function start({ settings, rehearsal, passphrase, log, resumeNote }: Run): Promise<Committer> {
  const [{ startCommitter }, { Libp2pTransport }, { startSessionWorker }, { installRecovery }] = await Promise.all([
    import("./committer.ts"),
    import("@synod/network"),
    import("./sessions/worker-port.ts"),
    import("./recovery.ts"),
  ]);
  const slowness = await installRecovery();
  let points: PointArithmetic | undefined;
  const committer = await startCommitter(settings, passphrase, {
    ...(resumeNote === undefined ? {} : { resumeNote }),
    log,
    rehearsal,
    openSessions: async (secrets, onCrash) => {
      const sessions = await startSessionWorker({ place: settings.keystore, ...secrets }, onCrash);
      points = sessions.points;
      return sessions;
    },
    openTransport: async (secret, onEvent) => {
      const transport = await Libp2pTransport.create({ secret, listen: settings.listen });
      transport.onEvent(onEvent);
      return transport;
    },
    onFatal: (reason) => {
      log.error("the committer cannot go on", { reason });
      refuse(reason);
    },
  });
  if (points !== undefined) reportPoints(points, log);
  if (slowness !== undefined)
    log.warn("signatures are checked slowly: WebAssembly cannot be used", { reason: slowness });
  return committer;
}

/** Said once the committer has started: a start that is refused says one line and nothing else. */
function reportPoints({ name, failure }: PointArithmetic, log: Log): void {
  if (failure === undefined) log.info(`the sessions compute with ${name}`);
  else log.warn(`the sessions compute slowly, with ${name}: WebAssembly does not load`, { reason: failure });
}

/** Ends the committer in stages on SIGTERM and SIGINT. Before it has started there is nothing to end. */
function endOnSignal(committer: () => Committer | undefined, log: Log): void {
  const end = (signal: NodeJS.Signals) => {
    log.info("closing", { reason: signal });
    setTimeout(() => process.exit(0), CLOSE_LIMIT_MS).unref();
    const closing = committer()?.close() ?? Promise.resolve();
    closing.then(() => process.exit(0), refuse);
  };
  process.once("SIGTERM", end);
  process.once("SIGINT", end);
}

async function run(): Promise<void> {
  disableInspectorSignal();
  const { settingsFile, resumeNote } = readArguments(process.argv.slice(2));
  const settings = loadSettings(settingsFile, process.env);
  const rehearsal = readRehearsal(process.env.SYNOD_REHEARSE_CRASH, () => process.kill(process.pid, "SIGKILL"));
  const passphrase = takePassphrase(process.env);
  const log = createLog(settings.logLevel);
  let committer: Committer | undefined;
  endOnSignal(() => committer, log);
  try {
    committer = await start({ settings, rehearsal, passphrase, log, resumeNote });
  } finally {
    passphrase.fill(0);
  }
}

// A store that fails, or a bug: ending at once is safe, going on is not. The journal brings everything back.
process.on("uncaughtException", refuse);
run().catch(refuse);
