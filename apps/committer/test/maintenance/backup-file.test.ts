import { readFileSync } from "node:fs";
import { passphraseBytes } from "@synod/storage";
import { decodePublicRecord, exposeBackup, type KeyShareBackup, restoreKeyShare } from "@synod/tss";
import { hexToBytes } from "viem";
import { expect, test } from "vitest";
import { openBackupFile, readBackup, writeBackup } from "../../src/maintenance/backup-file.ts";
import { TEST_SCRYPT_COST } from "../support/data-folder.ts";
import { FROZEN_PLACE, frozenShare } from "../support/frozen-share.ts";

const sealing = { passphrase: passphraseBytes("a passphrase of its own"), unsafeTestScryptCost: TEST_SCRYPT_COST };
const share = frozenShare();
const text = writeBackup(FROZEN_PLACE, share, sealing);

/** The share's secrets, to be compared. */
function exposed({ share: scalar, chainCode }: KeyShareBackup) {
  return [scalar.expose(), chainCode.expose()];
}

function changed(field: string, value: unknown): string {
  return JSON.stringify({ ...JSON.parse(text), [field]: value });
}

test("a backup names whose share it is, and gives share and chain code back to who has the passphrase", () => {
  const file = readBackup(text);
  expect(file.place).toEqual(FROZEN_PLACE);
  const opened = openBackupFile(file, sealing);
  expect(exposed(opened)).toEqual(exposed(exposeBackup(share)));
  const record = decodePublicRecord(hexToBytes(file.record));
  const restored = restoreKeyShare(opened, { record, confirmedHash: share.recordHash });
  expect(exposed(exposeBackup(restored))).toEqual(exposed(exposeBackup(share)));
});

test("a backup of this version is read for ever", () => {
  const kept = readFileSync(new URL("./fixtures/share-backup-v1.json", import.meta.url), "utf8");
  const file = readBackup(kept);
  expect(file.place).toEqual(FROZEN_PLACE);
  expect(exposed(openBackupFile(file, sealing))).toEqual(exposed(exposeBackup(share)));
});

test("no secret stands in it, and it is sealed anew each time", () => {
  const [scalar] = exposed(exposeBackup(share));
  const bytes = Buffer.from(JSON.parse(text).sealed, "base64");
  expect(bytes.toString("hex")).not.toContain(scalar?.toString(16));
  expect(text).not.toContain(scalar?.toString(16));
  expect(writeBackup(FROZEN_PLACE, share, sealing)).not.toBe(text);
});

test("another passphrase does not open it", () => {
  const wrong = { ...sealing, passphrase: passphraseBytes("another") };
  expect(() => openBackupFile(readBackup(text), wrong)).toThrow(expect.objectContaining({ code: "passphraseWrong" }));
});

test.each([
  ["chainId", 1],
  ["committeeRegistry", `0x${"c1".repeat(20)}`],
  ["committeeId", `0x${"c1".repeat(32)}`],
  ["epoch", "2"],
  ["memberIndex", 1],
])("a share whose %s was changed in the file does not open", (field, value) => {
  const file = readBackup(changed(field, value));
  expect(() => openBackupFile(file, sealing)).toThrow(expect.objectContaining({ code: "backupInvalid" }));
});

test("a changed or missing byte of the sealed part is found", () => {
  const file = readBackup(text);
  for (let at = 0; at < file.sealed.length; at += 1) {
    const sealed = file.sealed.with(at, (file.sealed[at] ?? 0) ^ 1);
    expect(() => openBackupFile({ ...file, sealed }, sealing), `byte ${at}`).toThrow(
      expect.objectContaining({ code: "backupInvalid" }),
    );
  }
  const cut = { ...file, sealed: file.sealed.slice(0, -1) };
  expect(() => openBackupFile(cut, sealing)).toThrow(expect.objectContaining({ code: "backupInvalid" }));
});

test.each([
  ["nothing", ""],
  ["no JSON", "backup"],
  ["another file", '{"version":1}'],
  ["a later version", changed("version", 2)],
  ["a field more", changed("note", "x")],
  ["no record", changed("record", "0x")],
  ["no epoch", changed("epoch", "0")],
])("%s is no backup", (_what, content) => {
  expect(() => readBackup(content)).toThrow(expect.objectContaining({ code: "backupInvalid", exitCode: 2 }));
});
