/**
 * Entry point of the thread that holds the key shares. Passphrase and identity secret arrive in the first message and
 * are wiped here once they are taken up; the shares are loaded here and never leave.
 */
import { randomBytes } from "node:crypto";
import { parentPort } from "node:worker_threads";
import { type KeystorePlace, openKeystore } from "@synod/storage";
import { dkls23, identityKeyFromBytes } from "@synod/tss";
import { messageOf } from "../failure.ts";
import { SessionEngine } from "./engine.ts";
import type { SessionReport, SessionRequest } from "./messages.ts";
import { installPointBackend } from "./point-arithmetic.ts";
import { ShareVault } from "./share-vault.ts";

/** First message to the thread. */
export type WorkerOpening = {
  /** Where the key files are. */
  readonly place: KeystorePlace;
  readonly passphrase: Uint8Array;
  /** 32 bytes. */
  readonly identitySecret: Uint8Array;
  /** See `FileKeystoreOptions.unsafeTestScryptCost`. */
  readonly scryptCost?: number;
};

function openEngine(opening: WorkerOpening, report: (report: SessionReport) => void): SessionEngine {
  const { place, passphrase, identitySecret, scryptCost } = opening;
  const cost = scryptCost === undefined ? {} : { unsafeTestScryptCost: scryptCost };
  try {
    const keystore = openKeystore(place, { passphrase, ...cost });
    const identity = identityKeyFromBytes(identitySecret);
    const rng = (length: number) => Uint8Array.from(randomBytes(length));
    return new SessionEngine({ scheme: dkls23, identity, vault: new ShareVault(keystore), rng, report });
  } finally {
    passphrase.fill(0);
    identitySecret.fill(0);
  }
}

function serve(port: NonNullable<typeof parentPort>): void {
  const report = (message: SessionReport) => port.postMessage(message);
  port.once("message", async (opening: WorkerOpening) => {
    const points = await installPointBackend();
    try {
      const engine = openEngine(opening, report);
      port.on("message", (request: SessionRequest) => engine.handle(request));
      report({ kind: "ready", points });
    } catch (cause) {
      report({ kind: "unusable", reason: messageOf(cause) });
    }
  });
}

if (parentPort !== null) serve(parentPort);
