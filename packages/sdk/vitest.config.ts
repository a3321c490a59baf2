import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "./test/devnet/chain.ts",
    // All files share one chain and its accounts.
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
