import type { Transport } from "@synod/core";
import type { NetworkEvent } from "@synod/network";
import { createAlarms } from "./alarms.ts";
import { type Assembly, assemble, type Foundations } from "./assemble.ts";
import { startBeating } from "./beating.ts";
import { startHeadSignal } from "./chain/head-signal.ts";
import { openChain } from "./chain/open-chain.ts";
import { messageOf, StartError } from "./failure.ts";
import { settleHalt } from "./halt.ts";
import { type HttpServer, startHttpServer } from "./http/server.ts";
import type { Identity } from "./identity.ts";
import { openLobes } from "./lobes/choose-lobe.ts";
import type { Log } from "./log.ts";
import { createMetrics } from "./metrics.ts";
import { networkReports } from "./network-reports.ts";
import { SYSTEM_PACE } from "./pace.ts";
import type { Rehearsal } from "./rehearsal.ts";
import type { SessionPort } from "./sessions/messages.ts";
import type { Settings } from "./settings.ts";
import { Stages } from "./stages.ts";
import { reportSource } from "./status.ts";
import { openIdentity, openStores } from "./stores.ts";

/** What the sessions need to open: the keystore's passphrase and the identity key (32 bytes). */
export type SessionSecrets = { readonly passphrase: Uint8Array; readonly identitySecret: Uint8Array };

/** What a committer is made of besides its settings; tests give their own. */
export type CommitterModules = {
  readonly log: Log;
  readonly rehearsal: Rehearsal;
  /** Opens the thread that holds the key shares. The secrets stay the caller's. */
  readonly openSessions: (secrets: SessionSecrets, onCrash: (cause: unknown) => void) => Promise<SessionPort>;
  /** Opens the transport for an identity's secret (32 bytes, the caller wipes them), not started. */
  readonly openTransport: (secret: Uint8Array, onEvent: (event: NetworkEvent) => void) => Promise<Transport>;
  /** Called once when the committer can no longer work and must end. */
  readonly onFatal: (reason: string) => void;
  /** Why the operator ends a halt of signing, if there is one. */
  readonly resumeNote?: string;
  /** See `FileKeystoreOptions.unsafeTestScryptCost`. */
  readonly unsafeTestScryptCost?: number;
};

/** A running committer. */
export type Committer = {
  /** Port of the endpoints in use. */
  readonly httpPort: number;
  readonly identity: Pick<Identity, "peer" | "address">;
  /** Ends in stages, the newest part first. Calling it twice is harmless. */
  close(): Promise<void>;
};

type Opening = { readonly settings: Settings; readonly modules: CommitterModules; readonly stages: Stages };

async function startTransport(transport: Transport, listen: string): Promise<void> {
  try {
    await transport.start();
  } catch (cause) {
    throw new StartError(
      "portTaken",
      `listen: ${listen} cannot be opened (${messageOf(cause)}); choose another port or end the process that has it`,
      { cause },
    );
  }
}

/** Opens everything that can be refused, in the order of how cheap it is to find out. */
async function openFoundations({ settings, modules, stages }: Opening, passphrase: Uint8Array): Promise<Foundations> {
  const { log, rehearsal, onFatal, unsafeTestScryptCost } = modules;
  const lobes = openLobes(settings.lobes);
  const { metrics, close } = createMetrics();
  stages.onClose(async () => close());
  const alarms = createAlarms(log, metrics);
  const reader = await openChain(settings, { alarms, metrics, log });
  const { identity, secret } = openIdentity(settings.keystore, passphrase, unsafeTestScryptCost);
  stages.onClose(async () => identity.wipe());
  const stores = openStores(settings.dataDir);
  stages.onClose(async () => stores.database.close());
  const abort = new AbortController();
  const onCrash = (cause: unknown) => onFatal(messageOf(cause));
  const sessions = await modules.openSessions({ passphrase, identitySecret: secret }, onCrash);
  stages.onClose(() => sessions.close());
  const transport = await modules.openTransport(secret, networkReports(log, metrics));
  secret.fill(0);
  stages.onClose(() => transport.close());
  stages.onClose(async () => abort.abort());
  const { signal } = abort;
  const pace = SYSTEM_PACE;
  const opened = { settings, identity, stores, reader, sessions, transport, lobes };
  return { ...opened, log, metrics, alarms, rehearsal, pace, signal };
}

function startEndpoints(base: Foundations, { follower, host, views }: Assembly): Promise<HttpServer> {
  const { identity, stores, alarms, metrics, settings, transport, reader } = base;
  const source = reportSource({
    identity,
    memory: stores.memory,
    audit: stores.audit,
    alarms,
    metrics,
    listen: settings.listen,
    providers: reader.providers,
    moment: () => follower.moment,
    processed: () => follower.processed?.number,
    connected: () => transport.connected(),
    pooled: (share) => host.allPooled(share),
    isContested: (members) => views.isContested(members),
  });
  return startHttpServer(source, settings.http.host, settings.http.port);
}

function startHeart(base: Foundations, assembly: Assembly): () => Promise<void> {
  const { log, settings } = base;
  const { providers, pollIntervalMs } = settings.chain;
  const webSocketUrls = providers.flatMap(({ webSocketUrl }) => webSocketUrl ?? []);
  return startBeating(base, assembly, (onHead) => startHeadSignal({ webSocketUrls, pollIntervalMs, log, onHead }));
}

/**
 * Starts a committer and resolves when it listens; catching up with the chain goes on behind `/readyz`.
 * Side effects: everything a committer does. When it is refused, whatever was opened is closed again.
 * @param passphrase stays the caller's, who wipes it
 * @throws StartError for everything an operator can correct
 */
export async function startCommitter(
  settings: Settings,
  passphrase: Uint8Array,
  modules: CommitterModules,
): Promise<Committer> {
  const stages = new Stages();
  try {
    const base = await openFoundations({ settings, modules, stages }, passphrase);
    settleHalt({ memory: base.stores.memory, alarms: base.alarms, log: modules.log }, modules.resumeNote);
    const assembly = assemble(base);
    const http = await startEndpoints(base, assembly);
    stages.onClose(() => http.close());
    await startTransport(base.transport, settings.listen);
    stages.onClose(startHeart(base, assembly));
    const { peer, address } = base.identity;
    modules.log.info("committer started", { peer, address, port: http.port, listen: settings.listen });
    return { httpPort: http.port, identity: { peer, address }, close: () => stages.close() };
  } catch (cause) {
    await stages.close();
    throw cause;
  }
}
