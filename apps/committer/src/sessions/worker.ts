/**
 * Entry point of the thread that holds the key shares. The passphrase arrives in the first message and is wiped here
 * once the keystore is open; identity key and shares are loaded here and never leave.
 */
import { randomBytes } from "node:crypto";
import { parentPort } from "node:worker_threads";
import { FileKeystore } from "@synod/storage";
import { identityKeyFromBytes } from "@synod/tss";
import { messageOf } from "../failure.ts";
import { loadIdentitySecret } from "../identity.ts";
import { SessionEngine } from "./engine.ts";
import type { SessionReport, SessionRequest } from "./messages.ts";
import { ShareVault } from "./share-vault.ts";

/** First message to the thread. */
export type WorkerOpening = {
  readonly directory: string;
  readonly passphrase: Uint8Array;
  readonly scryptCost?: number;
};

function openEngine({ directory, passphrase, scryptCost }: WorkerOpening, report: (report: SessionReport) => void) {
  const cost = scryptCost === undefined ? {} : { unsafeTestScryptCost: scryptCost };
  const keystore = FileKeystore.open({ directory, passphrase, ...cost });
  passphrase.fill(0);
  const secret = loadIdentitySecret(keystore);
  const identity = identityKeyFromBytes(secret);
  secret.fill(0);
  const rng = (length: number) => Uint8Array.from(randomBytes(length));
  return new SessionEngine({ identity, vault: new ShareVault(keystore), rng, report });
}

function serve(port: NonNullable<typeof parentPort>): void {
  const report = (message: SessionReport) => port.postMessage(message);
  port.once("message", (opening: WorkerOpening) => {
    try {
      const engine = openEngine(opening, report);
      port.on("message", (request: SessionRequest) => engine.handle(request));
      report({ kind: "ready" });
    } catch (cause) {
      report({ kind: "unusable", reason: messageOf(cause) });
    }
  });
}

if (parentPort !== null) serve(parentPort);
