import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { takePassphrase } from "../src/passphrase.ts";
import { temporaryFolder } from "./support/temporary-folder.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

test("takes the passphrase out of the environment", () => {
  const environment: NodeJS.ProcessEnv = { SYNOD_PASSPHRASE: "correct horse" };
  expect(text(takePassphrase(environment))).toBe("correct horse");
  expect(environment).toEqual({});
});

test("reads a file and drops its trailing line break only", () => {
  const file = join(temporaryFolder(), "passphrase");
  writeFileSync(file, " spaced out \r\n");
  const environment: NodeJS.ProcessEnv = { SYNOD_PASSPHRASE_FILE: file };
  expect(text(takePassphrase(environment))).toBe(" spaced out ");
  expect(environment).toEqual({});
});

test("takes the file when both are set, as the command line does", () => {
  const file = join(temporaryFolder(), "passphrase");
  writeFileSync(file, "from the file");
  const environment: NodeJS.ProcessEnv = { SYNOD_PASSPHRASE_FILE: file, SYNOD_PASSPHRASE: "from the variable" };
  expect(text(takePassphrase(environment))).toBe("from the file");
  expect(environment).toEqual({});
});

test("the backup's passphrase has variables of its own, and the keystore's are left alone", () => {
  const environment: NodeJS.ProcessEnv = {
    SYNOD_PASSPHRASE: "keystore",
    SYNOD_BACKUP_PASSPHRASE_COMMAND: "echo backup",
  };
  expect(text(takePassphrase(environment, "SYNOD_BACKUP_PASSPHRASE"))).toBe("backup");
  expect(environment).toEqual({ SYNOD_PASSPHRASE: "keystore" });
  expect(() => takePassphrase(environment, "SYNOD_BACKUP_PASSPHRASE")).toThrow("no passphrase for the backup");
});

test("refuses an absent, an empty and an unreadable passphrase", () => {
  const empty = join(temporaryFolder(), "empty");
  writeFileSync(empty, "\n");
  for (const environment of [
    {},
    { SYNOD_PASSPHRASE: "" },
    { SYNOD_PASSPHRASE_FILE: empty },
    { SYNOD_PASSPHRASE_FILE: `${empty}-absent` },
  ])
    expect(() => takePassphrase({ ...environment })).toThrow(
      expect.objectContaining({ code: "passphraseMissing", exitCode: 2 }),
    );
});

test("takes what a command prints, before file and variable, and tells its failure without its output", () => {
  const environment: NodeJS.ProcessEnv = { SYNOD_PASSPHRASE_COMMAND: "echo ' spaced out '", SYNOD_PASSPHRASE: "other" };
  expect(text(takePassphrase(environment))).toBe(" spaced out ");
  expect(environment).toEqual({});
  expect(() => takePassphrase({ SYNOD_PASSPHRASE_COMMAND: "echo secret; exit 3" })).toThrow(
    expect.objectContaining({ code: "passphraseMissing", message: expect.not.stringContaining("secret") }),
  );
  expect(() => takePassphrase({ SYNOD_PASSPHRASE_COMMAND: "true" })).toThrow("no passphrase for the keystore");
});
