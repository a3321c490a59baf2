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

  it("takes the passphrase from a command, before file and variable", async () => {
    const command = { SYNOD_PASSPHRASE_COMMAND: "printf 'op%s\\n' en", SYNOD_PASSPHRASE: "another" };
    expect((await create(command)).exitCode).toBe(0);
    expect(storedSecret()).toMatch(/^0x/);
  });

  it.each([
    [["--vault-url", "http://127.0.0.1:9"]],
    [["--data-dir", "data", "--vault-url", "http://127.0.0.1:9", "--vault-path", "a", "--vault-token-file", "t"]],
    [[]],
  ])("wants one place and all of it: %j", async (place) => {
    const { stderr, exitCode } = await runSynod(["keys", "create", ...place, "--json"], {
      cwd,
      env: { SYNOD_PASSPHRASE: "open" },
    });
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([2, "USAGE"]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("writes nothing when the command for the passphrase fails", async () => {
    const { stderr, exitCode } = await create({ SYNOD_PASSPHRASE_COMMAND: "printf open; exit 1" });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("the command for the passphrase failed")]);
    expect(readdirSync(cwd)).toEqual([]);
  });

  it("writes nothing without a passphrase", async () => {
    const { stderr, exitCode } = await create({});
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([2, "KEY_MISSING"]);
    expect(readdirSync(cwd)).toEqual([]);
  });
});
