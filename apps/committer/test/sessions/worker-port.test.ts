import { join } from "node:path";
import { passphraseBytes } from "@synod/storage";
import { expect, test } from "vitest";
import type { SessionReport } from "../../src/sessions/messages.ts";
import { shareRef } from "../../src/sessions/share-name.ts";
import { startSessionWorker } from "../../src/sessions/worker-port.ts";
import { storeIdentity, TEST_SCRYPT_COST, testSecret } from "../support/data-folder.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const DOMAIN = { chainId: 1n, verifyingContract: new Uint8Array(20), keyId: new Uint8Array(32).fill(1), epoch: 1n };

function opening() {
  const folder = temporaryFolder();
  const passphrase = passphraseBytes("worker");
  const secret = testSecret("worker");
  storeIdentity(folder, secret, passphrase, TEST_SCRYPT_COST);
  return {
    place: { kind: "files", directory: join(folder, "keys") } as const,
    passphrase,
    identitySecret: secret,
    scryptCost: TEST_SCRYPT_COST,
  };
}

test("the thread starts, answers and ends; the caller's secrets stay the caller's", async () => {
  const secrets = opening();
  const crashes: unknown[] = [];
  const port = await startSessionWorker(secrets, (cause) => crashes.push(cause));
  expect(secrets.identitySecret).toEqual(testSecret("worker"));
  expect(port.points).toEqual({ name: "libsecp256k1 (WebAssembly)" });
  const { promise, resolve } = Promise.withResolvers<SessionReport>();
  port.onReport(resolve);
  port.post({ kind: "warm", domain: DOMAIN, self: 1, share: shareRef(`0x${"01".repeat(32)}`, 1n, 0) });
  expect(await promise).toMatchObject({
    kind: "kept",
    order: "warm",
    failure: expect.stringContaining("there is no key file"),
  });
  await port.close();
  expect(crashes).toEqual([]);
});

test("a thread that cannot open its keystore refuses the start", async () => {
  const secrets = { ...opening(), passphrase: new Uint8Array() };
  await expect(startSessionWorker(secrets, () => undefined)).rejects.toMatchObject({ code: "keystoreDamaged" });
});

test("a run that cannot begin ends by itself and harms no other", async () => {
  const port = await startSessionWorker(opening(), () => undefined);
  const { promise, resolve } = Promise.withResolvers<SessionReport>();
  port.onReport(resolve);
  const share = shareRef(`0x${"01".repeat(32)}`, 1n, 0);
  const run = { subject: `0x${"77".repeat(32)}`, attempt: 0 } as const;
  port.post({ kind: "keygen", run, domain: DOMAIN, self: 1, parties: new Map(), minSigners: 2, share });
  expect(await promise).toMatchObject({ kind: "ended", run, outcome: { kind: "failed" } });
  await port.close();
});
