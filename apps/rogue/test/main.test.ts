import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const MAIN = fileURLToPath(new URL("../src/main.ts", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "synod-rogue-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function start(args: readonly string[]) {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: "utf8" });
  return { status, stderr };
}

it("misbehaves on the development chain alone", () => {
  const settingsFile = join(folder, "settings.json");
  const settings = {
    chain: { id: 1, httpUrl: "http://127.0.0.1:1" },
    contracts: { committeeRegistry: `0x${"11".repeat(20)}`, decisionRegistry: `0x${"22".repeat(20)}` },
    dataDir: "data",
    listen: "/ip4/127.0.0.1/tcp/0",
    http: { port: 0 },
  };
  writeFileSync(settingsFile, JSON.stringify(settings));
  const { status, stderr } = start(["--settings", settingsFile, "--misdeed", "withhold"]);
  expect([status, stderr]).toEqual([
    2,
    expect.stringMatching(/^committer: usage: chain\.id: found 1;[^\n]*31337 alone\n$/),
  ]);
});

it("wants to be told what to do", () => {
  const { status, stderr } = start(["--settings", "settings.json", "--misdeed", "steal"]);
  expect([status, stderr]).toEqual([2, expect.stringContaining("withhold|garbage|equivocate")]);
});
