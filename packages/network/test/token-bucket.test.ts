import { describe, expect, it } from "vitest";
import { TokenBucket } from "../src/token-bucket.ts";

function bucketAt(startMs: number): { bucket: TokenBucket; set: (nowMs: number) => void } {
  let nowMs = startMs;
  const bucket = new TokenBucket({ perSecond: 100, burst: 50 }, { nowMs: () => nowMs });
  return {
    bucket,
    set: (ms) => {
      nowMs = ms;
    },
  };
}

describe("token bucket", () => {
  it("lets a burst through, then says how long to wait", () => {
    const { bucket } = bucketAt(0);
    expect(bucket.spend(50)).toBe(0);
    expect(bucket.spend(1)).toBe(10);
    expect(bucket.spend(99)).toBe(1000);
  });

  it("pays the debt back with time, and no more than a burst", () => {
    const { bucket, set } = bucketAt(0);
    expect(bucket.spend(150)).toBe(1000);
    set(999);
    expect(bucket.spend(0)).toBe(1);
    set(1000);
    expect(bucket.spend(0)).toBe(0);
    set(1_000_000);
    expect(bucket.spend(50)).toBe(0);
    expect(bucket.spend(1)).toBe(10);
  });

  it("gives and takes nothing when the clock is set back", () => {
    const { bucket, set } = bucketAt(5000);
    expect(bucket.spend(60)).toBe(100);
    set(0);
    expect(bucket.spend(0)).toBe(100);
    set(100);
    expect(bucket.spend(0)).toBe(0);
  });
});
