import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { verifyLog } from "../../src/audit/verify-logs.ts";
import { runCli } from "../../src/run-cli.ts";
import { recordingTerminal } from "../output/recording-terminal.ts";
import { sampleEntries, sealed, textOf, word } from "./sample-log.ts";

const records = sealed(sampleEntries);
const lines = textOf(records).split("\n").slice(0, -1);
const head = `6:${records[5]?.hash}`;
let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "synod-audit-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

function audit(text: string, ...args: readonly string[]) {
  writeFileSync(join(cwd, "audit.jsonl"), text);
  return synod("audit", ...args);
}

async function synod(...args: readonly string[]) {
  const terminal = recordingTerminal({ isInteractive: false });
  const host = { terminal, env: {}, cwd, signal: new AbortController().signal, confirm: undefined, nowMs: () => 0 };
  const exitCode = await runCli(args, host);
  return { exitCode, stdout: terminal.outText(), stderr: terminal.errText() };
}

const joined = (kept: readonly (string | undefined)[]): string => `${kept.join("\n")}\n`;

describe("synod audit verify", () => {
  it("tells the head of a whole log", async () => {
    const { exitCode, stdout } = await audit(textOf(records), "verify", "audit.jsonl", "--head", head, "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      logs: [{ file: join(cwd, "audit.jsonl"), head: { length: 6, hash: records[5]?.hash }, coSigned: [] }],
      isComparedWithChain: false,
    });
  });

  it.each([
    ["a changed word", joined(lines.with(2, lines[2]?.replace("twice", "once") ?? "")), "record 3 was changed"],
    ["a line taken out", joined(lines.toSpliced(3, 1)), "record 4 is out of its place"],
    ["two lines swapped", joined([lines[0], lines[2], lines[1], ...lines.slice(3)]), "record 2 is out of its place"],
    ["a line of another log", joined(lines.with(1, JSON.stringify(sealed(sampleEntries.slice(1))[0]))), "record 2"],
    ["a line that is none", joined(lines.with(4, "{}")), "record 5 is malformed"],
    ["a torn end", joined(lines).slice(0, -20), "record 6 is cut off"],
    ["a last line less", joined(lines.slice(0, 5)), "record 6 is not where the known head says"],
    ["everything else than the head says", textOf(sealed(sampleEntries.toReversed())), "record 6 is not where"],
  ])("finds %s", async (_name, text, expected) => {
    const { exitCode, stderr, stdout } = await audit(text, "verify", "audit.jsonl", "--head", head);
    expect([exitCode, stdout, stderr]).toEqual([1, "", expect.stringContaining(expected)]);
  });

  it("finds every byte of one record that was changed", async () => {
    const file = join(cwd, "flipped.jsonl");
    const whole = Buffer.from(textOf(records));
    const first = (lines[0]?.length ?? 0) + 1;
    for (let at = first; at < first + (lines[1]?.length ?? 0); at += 1) {
      const flipped = Buffer.from(whole);
      flipped[at] = (whole[at] ?? 0) ^ (1 << (at & 7));
      writeFileSync(file, flipped);
      await expect(verifyLog(file, undefined, undefined), `byte ${at}`).rejects.toThrow(/^record [23] /);
    }
  });

  it.each([
    [["verify", "absent.jsonl"], "cannot be read"],
    [["verify", "audit.jsonl", "--head", "6:0x12"], "<length>:<hash>"],
    [["verify", "audit.jsonl", "audit.jsonl", "--head", head], "--head belongs to one log"],
    [["verify", "audit.jsonl", "--complete"], "--complete asks the chain"],
    [["export", "audit.jsonl", "--format", "xml"], "xml"],
    [["check", "audit.jsonl", "--head", head], "is not an export"],
  ])("refuses %j as bad input", async (args, expected) => {
    const { exitCode, stderr } = await audit(textOf(records), ...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(expected)]);
  });
});

describe("synod audit export", () => {
  it("writes one decision's records, which lead to the head and show nothing of the other", async () => {
    const args = ["export", "audit.jsonl", "--decision", word("first"), "--out", "first.json"];
    expect(await audit(textOf(records), ...args)).toMatchObject({ exitCode: 0, stdout: "" });
    const text = readFileSync(join(cwd, "first.json"), "utf8");
    expect(text).not.toContain(word("second"));
    const checked = await synod("audit", "check", "first.json", "--head", head);
    expect(checked).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("3 records stand in the log of 6") });
  });

  it("is refused when a word of it, or the head, is another", async () => {
    const { stdout } = await audit(textOf(records), "export", "audit.jsonl", "--decision", word("first"));
    writeFileSync(join(cwd, "changed.json"), stdout.replace("twice", "once"));
    const changed = await synod("audit", "check", "changed.json", "--head", head);
    expect([changed.exitCode, changed.stderr]).toEqual([1, expect.stringContaining("record 3 does not lead")]);
    writeFileSync(join(cwd, "whole.json"), stdout);
    const other = await synod("audit", "check", "whole.json", "--head", `6:${word("x")}`);
    expect(other.exitCode).toBe(1);
  });

  it("writes CSV with quotes where they are needed", async () => {
    const { stdout } = await audit(textOf(records), "export", "audit.jsonl", "--format", "csv");
    const rows = stdout.split("\r\n");
    expect(rows).toHaveLength(8);
    expect(rows[0]).toBe("index,fact,decisionId,details,previousHash,hash");
    const details = `"{""reason"":""it said \\""no\\"", twice""}"`;
    expect(rows[3]).toBe(
      `2,DecisionParked,${word("first")},${details},${records[2]?.previousHash},${records[2]?.hash}`,
    );
  });

  it("does not export a log that is broken", async () => {
    const { exitCode } = await audit(joined(lines.toSpliced(1, 1)), "export", "audit.jsonl");
    expect(exitCode).toBe(1);
  });
});
