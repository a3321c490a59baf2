import { expect, it } from "vitest";
import { readMetrics } from "../../src/soak/sample.ts";

const METRICS = `# HELP synod_memory_bytes Memory
# TYPE synod_memory_bytes gauge
synod_memory_bytes{kind="resident"} 1.5e8
synod_memory_bytes{kind="heap"} 50000000
synod_open_resources{type="Timeout"} 9
synod_open_resources{type="Immediate"} 1
synod_open_resources{type="TCPSocketWrap"} 7
synod_open_resources{type="MessagePort"} 1
synod_bans_total{code="a"} 1
synod_bans_total{code="b"} 2
`;

it("reads what the process holds: memory, timers, all other handles, and bans", () => {
  expect(readMetrics(METRICS, "here")).toEqual({
    residentBytes: 150_000_000,
    heapBytes: 50_000_000,
    timers: 10,
    handles: 8,
    bans: 3,
  });
});

it("does not take missing figures for nothing held", () => {
  expect(() => readMetrics("synod_bans_total 0\n", "here")).toThrow(
    expect.objectContaining({ report: expect.objectContaining({ code: "COMMITTER_FAILED", where: "here/metrics" }) }),
  );
});
