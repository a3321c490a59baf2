import { defineConfig } from "vitest/config";

// No test is about time: the limit only ends a run that hangs, also on a machine that is busy with something else.
export default defineConfig({
  test: { testTimeout: 120_000, hookTimeout: 120_000, globalSetup: ["./test/faults/summary.ts"] },
});
