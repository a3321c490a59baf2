import { defineConfig } from "vitest/config";

// One file at a time: each runs a devnet of its own. Time-outs bound a hang only.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
