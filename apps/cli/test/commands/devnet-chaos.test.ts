import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FAULTS } from "../../src/chaos/catalog.ts";
import type { ChaosRow } from "../../src/chaos/report.ts";
import { runSynod } from "../run-synod.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "synod-chaos-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

/** Every fault, which takes minutes, with SYNOD_DEEP; else two that cost little. */
const CHOSEN = process.env.SYNOD_DEEP === undefined ? ["delay", "lying-rpc"] : FAULTS.map(({ name }) => name);
const COMMITTERS = process.env.SYNOD_DEEP === undefined ? "2" : "4";
const PATIENCE_MS = 840_000;

describe("synod devnet --chaos", () => {
  it("lists every fault with what is done", async () => {
    const { exitCode, stdout } = await runSynod(["devnet", "--chaos", "help", "--json"], { cwd });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual(FAULTS.map(({ name, summary, expected }) => ({ name, summary, expected })));
  });

  it(
    "brings faults about against real committers, and all is as expected",
    async () => {
      const place = ["--dir", "devnet", "--port", "0", "--committers", COMMITTERS];
      const args = ["devnet", "--chaos", CHOSEN.join(), "--json", "--report", "report.json", "--seed", "1", ...place];
      const { exitCode, stdout, stderr } = await runSynod(args, { cwd });
      expect([exitCode, stderr]).toEqual([0, expect.not.stringContaining("FAIL")]);
      const report = JSON.parse(stdout);
      expect(JSON.parse(readFileSync(join(cwd, "report.json"), "utf8"))).toEqual(report);
      expect(report).toMatchObject({ succeeded: true, seed: 1 });
      expect(report.faults.map(({ fault, isAsExpected }: ChaosRow) => [fault, isAsExpected])).toEqual(
        CHOSEN.map((name) => [name, true]),
      );
      for (const { evidence } of report.faults) expect(evidence.outcomes).toHaveLength(2);
      expect(existsSync(join(cwd, "devnet"))).toBe(false);
    },
    PATIENCE_MS,
  );
});
