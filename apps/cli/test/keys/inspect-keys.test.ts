import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileKeystore, passphraseBytes } from "@synod/storage";
import { hexToBytes, keccak256, stringToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { IDENTITY_KEY } from "../../src/keys/identity-key.ts";
import { exampleDeployment } from "../deployment/example-deployment.ts";
import { runSynod } from "../run-synod.ts";

const SECRET = keccak256(stringToHex("identity"));
let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "synod-keys-"));
  writeFileSync(join(cwd, "deployment.json"), JSON.stringify(exampleDeployment));
  const keystore = FileKeystore.open({ directory: join(cwd, "data", "keys"), passphrase: passphraseBytes("open") });
  keystore.save(IDENTITY_KEY.name, hexToBytes(SECRET), IDENTITY_KEY.associatedData);
  keystore.close();
});
afterAll(() => rmSync(cwd, { recursive: true }));

function inspect(passphrase: string, dataDir = "data") {
  const args = ["keys", "inspect", "--data-dir", dataDir, "--deployment", "deployment.json"];
  return runSynod([...args, "--json"], { cwd, env: { SYNOD_PASSPHRASE: passphrase } });
}

describe("synod keys inspect", () => {
  it("tells the identity's public key and address, and nothing secret", async () => {
    const { address, publicKey } = privateKeyToAccount(SECRET);
    const { stdout, stderr, exitCode } = await inspect("open");
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toEqual([{ kind: "identity", name: "identity", address, publicKey }]);
    expect(stdout).not.toContain(SECRET.slice(2));
  });

  it("refuses a wrong passphrase in one line", async () => {
    const { stdout, stderr, exitCode } = await inspect("sesame");
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: "KEYSTORE_INVALID", where: join(cwd, "data", "keys") } });
    expect(stderr).not.toContain("sesame");
  });

  it("refuses a file that is no key file", async () => {
    const folder = join(cwd, "damaged", "keys");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, "identity"), "not a key", { mode: 0o600 });
    const { stderr, exitCode } = await inspect("open", "damaged");
    expect([exitCode, JSON.parse(stderr).error.code]).toEqual([2, "KEYSTORE_INVALID"]);
  });
});
