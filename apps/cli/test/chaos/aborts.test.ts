import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { abortsSince, endOfLog } from "../../src/chaos/aborts.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "synod-aborts-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const signing = { level: 40, code: "expired", round: 1, culprits: "", reason: "silent: 2,3", msg: "signing aborted" };
const presigning = { level: 40, code: "equivocation", culprits: "3", reason: "silent: ", msg: "presigning aborted" };

it("reads who is named from a log, members and parties alike, and nothing that is older or another line", () => {
  const file = join(folder, "committer.log");
  const write = (...lines: readonly string[]): void => writeFileSync(file, `${lines.join("\n")}\n`, { flag: "a" });
  write(JSON.stringify(signing));
  const end = endOfLog(file);
  expect(abortsSince(file, end)).toEqual([]);
  write(JSON.stringify({ msg: "peer" }), JSON.stringify(presigning), JSON.stringify(signing), '{"level":40,"co');
  expect(abortsSince(file, end)).toEqual([
    { of: "presignatures", code: "equivocation", culprits: [2], silent: [] },
    { of: "signature", code: "expired", culprits: [], silent: [2, 3] },
  ]);
});
