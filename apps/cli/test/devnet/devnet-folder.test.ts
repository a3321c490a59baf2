import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { removeDevnetFolder, takeDevnetFolder } from "../../src/devnet/devnet-folder.ts";

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "synod-folder-"));
});
afterEach(() => rmSync(parent, { recursive: true }));

describe("takeDevnetFolder", () => {
  it("makes a folder that only its owner can enter, and takes it again when its devnet has ended", () => {
    const root = join(parent, "a", "devnet");
    const folder = takeDevnetFolder(root);
    expect(statSync(root).mode & 0o777).toBe(0o700);
    writeFileSync(folder.deploymentFile, "{}");
    takeDevnetFolder(root);
    expect(existsSync(folder.deploymentFile)).toBe(false);
    removeDevnetFolder(folder);
    expect(existsSync(root)).toBe(false);
  });

  it("takes an empty folder", () => {
    mkdirSync(join(parent, "empty"));
    expect(takeDevnetFolder(join(parent, "empty")).root).toBe(join(parent, "empty"));
  });

  it("refuses a folder with other things in it and leaves them alone", () => {
    writeFileSync(join(parent, "mine.txt"), "mine");
    expect(() => takeDevnetFolder(parent)).toThrow(/not a devnet/);
    expect(readdirSync(parent)).toEqual(["mine.txt"]);
  });

  it("refuses the folder of a devnet that still runs", () => {
    writeFileSync(join(parent, ".synod-devnet"), `${process.ppid}\n`);
    expect(() => takeDevnetFolder(parent)).toThrow(`process ${process.ppid}`);
  });
});
