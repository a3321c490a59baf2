import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  SAMPLE_ASSOCIATED_DATA as AD,
  keystoreCompliance,
  startTestVault,
  type TestVault,
  thrownCode,
} from "@synod/testing";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { openKeystore, passphraseBytes, type SealedKeystore, StorageError, VaultBlobs } from "../../src/index.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const PASSPHRASE = "correct horse";
const SECRET = Uint8Array.from({ length: 32 }, (_, index) => index + 1);

let vault: TestVault;
beforeAll(async () => {
  vault = await startTestVault();
});
afterAll(() => vault.stop());

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

let places = 0;

/** A place of the server that nothing was written to yet. */
function place(changes: Partial<{ url: string; mount: string; token: string }> = {}) {
  const tokenFile = join(temporaryFolder(), "token");
  const { url, mount, token } = { ...vault, ...changes };
  writeFileSync(tokenFile, `${token}\n`);
  places += 1;
  return { url, mount, path: `synod/test-${places}`, tokenFile };
}

function keystoreAt(at: ReturnType<typeof place>): SealedKeystore {
  const passphrase = passphraseBytes(PASSPHRASE);
  const keystore = openKeystore({ kind: "vault", ...at }, { passphrase, unsafeTestScryptCost: 4 });
  opened.push(keystore);
  return keystore;
}

function blobsAt(at: ReturnType<typeof place>): VaultBlobs {
  const blobs = new VaultBlobs(at);
  opened.push(blobs);
  return blobs;
}

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${vault.url}/v1/${vault.mount}/${path}`, { ...init, headers: { "X-Vault-Token": vault.token } });
}

function failureOf(work: () => unknown): StorageError {
  try {
    work();
  } catch (error) {
    if (error instanceof StorageError) return error;
    throw error;
  }
  return expect.unreachable("it did not fail");
}

keystoreCompliance("vault", () => ({ open: () => keystoreAt(place()) }));

describe("a keystore in a Vault", () => {
  it("shows the Vault neither the secret nor the passphrase", async () => {
    keystoreAt(place()).save("identity", SECRET, AD);
    const sealed = () => vault.received.filter((body) => body.includes("sealed"));
    await vi.waitUntil(() => sealed().length > 0);
    for (const body of sealed()) {
      const file = Buffer.from(JSON.parse(body).data.sealed, "base64");
      expect(file.subarray(0, 8).toString("ascii")).toBe("SYNODKEY");
      expect(file.includes(Buffer.from(SECRET.subarray(0, 8)))).toBe(false);
      expect(body).not.toContain(PASSPHRASE);
    }
  });

  it("keeps nothing of a share that was replaced", async () => {
    const at = place();
    const keystore = keystoreAt(at);
    keystore.save("share-1", SECRET, AD);
    keystore.replace("share-1", SECRET.toReversed(), AD);
    expect(keystore.load("share-1", AD)).toStrictEqual(SECRET.toReversed());
    expect((await ask(`data/${at.path}/share-1?version=2`)).status).toBe(200);
    expect((await ask(`data/${at.path}/share-1?version=1`)).status).toBe(404);
  });

  it("keeps nothing of a share that was destroyed, whose name is free again", async () => {
    const at = place();
    const keystore = keystoreAt(at);
    keystore.save("share-1", SECRET, AD);
    keystore.destroy("share-1");
    expect(keystore.has("share-1")).toBe(false);
    expect((await ask(`data/${at.path}/share-1?version=1`)).status).toBe(404);
    expect(thrownCode(() => keystore.destroy("share-1"))).toBe("KEY_MISSING");
    keystore.save("share-1", SECRET, AD);
  });

  it("lets one of two writers win, and nobody write past the versions", async () => {
    const at = place();
    const [one, other] = [blobsAt(at), blobsAt(at)];
    one.write("identity", SECRET, "refuse");
    expect(thrownCode(() => other.write("identity", SECRET.toReversed(), "refuse"))).toBe("KEY_EXISTS");
    expect(one.read("identity")).toEqual(Buffer.from(SECRET));
    const blind = await ask(`data/${at.path}/identity`, { method: "POST", body: JSON.stringify({ data: {} }) });
    expect(blind.status).toBe(400);
  });

  it("refuses what was changed, and what is no key file", async () => {
    const at = place();
    const keystore = keystoreAt(at);
    keystore.save("identity", SECRET, AD);
    const write = async (cas: number, data: object): Promise<unknown> => {
      await ask(`data/${at.path}/identity`, { method: "POST", body: JSON.stringify({ options: { cas }, data }) });
      return thrownCode(() => keystore.load("identity", AD));
    };
    const sealed = Buffer.from(blobsAt(at).read("identity"));
    sealed.writeUInt8(sealed.readUInt8(100) ^ 1, 100);
    expect(await write(1, { sealed: sealed.toString("base64") })).toBe("KEY_DAMAGED");
    expect(await write(2, { sealed: "not base64!" })).toBe("KEY_FOREIGN");
    expect(await write(3, { password: "hunter2" })).toBe("KEY_FOREIGN");
  });

  it("reads the token again for every request", () => {
    const at = place({ token: "expired" });
    const keystore = keystoreAt(at);
    const denied = failureOf(() => keystore.load("identity", AD));
    expect([denied.code, denied.message]).toEqual(["STORE_IO", expect.stringContaining("403 (permission denied)")]);
    writeFileSync(at.tokenFile, vault.token);
    keystore.save("identity", SECRET, AD);
  });

  it.each([
    ["no engine at the mount", () => place({ mount: "kv" }), "no handler for route"],
    ["no server", () => place({ url: "http://127.0.0.1:9" }), "http://127.0.0.1:9"],
    ["no token file", () => ({ ...place(), tokenFile: "/absent/token" }), "/absent/token"],
  ])("says what is wrong with %s", (_name, at, expected) => {
    const keystore = keystoreAt(at());
    for (const work of [() => keystore.load("identity", AD), () => keystore.save("identity", SECRET, AD)]) {
      const failure = failureOf(work);
      expect([failure.code, failure.message]).toEqual(["STORE_IO", expect.stringContaining(expected)]);
    }
  });

  it("is of no use after it was closed", () => {
    const keystore = keystoreAt(place());
    keystore.close();
    expect(thrownCode(() => keystore.load("identity", AD))).toBe("STORE_CLOSED");
  });
});
