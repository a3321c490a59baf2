import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileKeystore, passphraseBytes } from "@synod/storage";
import { bytesToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { IDENTITY_KEY } from "../../src/keys/identity-key.ts";
import { runSynod } from "../run-synod.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "synod-create-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function create(env: Readonly<Record<string, string>> = { SYNOD_PASSPHRASE: "open" }) {
  return runSynod(["keys", "create", "--data-dir", "data", "--json"], { cwd, env });
}

function storedSecret() {
  const keystore = FileKeystore.open({ directory: join(cwd, "data", "keys"), passphrase: passphraseBytes("open") });
  try {
    return bytesToHex(keystore.load(IDENTITY_KEY.name, IDENTITY_KEY.associatedData));
  } finally {
    keystore.close();
  }
}

describe("synod keys create", () => {
  it("stores a key that the passphrase opens, and tells its public part only", async () => {
    const { stdout, stderr, exitCode } = await create();
    expect([exitCode, stderr]).toEqual([0, ""]);
    const secret = storedSecret();
    const { address, publicKey } = privateKeyToAccount(secret);
    expect(JSON.parse(stdout)).toEqual({ name: "identity", address, publicKey });
    expect(stdout).not.toContain(secret.slice(2));
    expect(statSync(join(cwd, "data", "keys", "identity")).mode & 0o777).toBe(0o600);
  });

  it("leaves an existing key as it is", async () => {
    await create();
    const before = readFileSync(join(cwd, "data", "keys", "identity"));
    const { stdout, stderr, exitCode } = await create({ SYNOD_PASSPHRASE: "another" });
    expect([exitCode, stdout, JSON.parse(stderr).error.code]).toEqual([2, "", "KEYSTORE_INVALID"]);
    expect(readFileSync(join(cwd, "data", "keys", "identity"))).toEqual(before);
  });

  it("writes nothing without a passphrase", async () => {
    const { stderr, exitCode } = await create({});
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([2, "KEY_MISSING"]);
    expect(readdirSync(cwd)).toEqual([]);
  });
});
