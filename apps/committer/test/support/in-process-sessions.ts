import { randomBytes } from "node:crypto";
import { FileKeystore } from "@synod/storage";
import { dkls23, identityKeyFromBytes } from "@synod/tss";
import type { SessionSecrets } from "../../src/committer.ts";
import { SessionEngine } from "../../src/sessions/engine.ts";
import type { SessionPort, SessionReport } from "../../src/sessions/messages.ts";
import { ShareVault } from "../../src/sessions/share-vault.ts";
import { TEST_SCRYPT_COST } from "./data-folder.ts";

/** The session engine in this very thread: same code, no thread to start, cheap keystore. */
export function inProcessSessions(directory: string, { passphrase, identitySecret }: SessionSecrets): SessionPort {
  const keystore = FileKeystore.open({ directory, passphrase, unsafeTestScryptCost: TEST_SCRYPT_COST });
  let handler: (report: SessionReport) => void = () => undefined;
  let isOpen = true;
  const engine = new SessionEngine({
    scheme: dkls23,
    identity: identityKeyFromBytes(identitySecret),
    vault: new ShareVault(keystore),
    rng: (length) => Uint8Array.from(randomBytes(length)),
    report: (report) => handler(structuredClone(report)),
  });
  return {
    post: (request) => {
      const message = structuredClone(request);
      setImmediate(() => isOpen && engine.handle(message));
    },
    onReport: (given) => {
      handler = given;
    },
    async close() {
      isOpen = false;
      keystore.close();
    },
  };
}
