import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DemoRow } from "../../src/demo/demo-row.ts";
import { runSynod } from "../run-synod.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "synod-demo-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

/** It takes half a minute on two idle cores; other tests may run beside it. */
const PATIENCE_MS = 300_000;

describe("synod demo", () => {
  it(
    "shows every decision ending as it should and leaves nothing behind",
    async () => {
      const { exitCode, stdout, stderr } = await runSynod(["demo", "--json", "--dir", "demo"], { cwd });
      expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining("FAIL")]);
      const { succeeded, committee, decisions } = JSON.parse(stdout);
      expect(succeeded).toBe(true);
      expect(committee).toMatchObject({ members: 4, minSigners: 3, quorum: 3 });
      const outcomes = decisions.map(({ name, state }: DemoRow) => [name, state]);
      expect(outcomes).toEqual([
        ["token payment", "Executed"],
        ["batch", "Executed"],
        ["rejected", "Rejected"],
        ["above the cap", "Ready"],
        ["above the cap, all members collude", "Ready"],
        ["despite a crash", "Executed"],
        ["replay of the first", "Executed"],
      ]);
      for (const { checks } of decisions) expect(checks.length).toBeGreaterThanOrEqual(2);
      expect(existsSync(join(cwd, "demo"))).toBe(false);
    },
    PATIENCE_MS,
  );
});
