import { describe, expect, it } from "vitest";
import { bytesInUse, MOST_SESSION_BYTES, sessionBytes, signingGrowth } from "../../bench/memory.ts";
import { must } from "../harness/committee.ts";

/** What collecting leaves uncertain: compiled code, the runner's own records. */
const NOISE_BYTES = 1_000_000;

// The time-out bounds a hang only: collecting everything is slow on a busy machine.
describe("memory", { timeout: 120_000 }, () => {
  it("is measured: a buffer shows while it is reachable and not after", () => {
    const before = bytesInUse();
    const kept = [new Uint8Array(8_000_000)];
    expect(bytesInUse() - before).toBeGreaterThan(7_000_000);
    kept.pop();
    expect(bytesInUse() - before).toBeLessThan(NOISE_BYTES);
  });

  it("an open presign session holds at most 2 MB per counterparty after every round", () => {
    const held = sessionBytes(8);
    expect(held).toHaveLength(4);
    // A session that waits for the VOLE answers holds Bob's rows: less than this means that nothing was measured.
    expect(Math.max(...held)).toBeGreaterThan(20_000);
    expect(Math.max(...held)).toBeLessThan(MOST_SESSION_BYTES);
  });

  it("12 signatures leave nothing behind: a kept session or presignature would show", () => {
    const used = signingGrowth(24, 6, () => undefined);
    expect(must(used[3]) - must(used[1])).toBeLessThan(NOISE_BYTES);
  });
});
