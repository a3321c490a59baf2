import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Many files start a chain of their own: two at a time are enough for two cores.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 240_000,
  },
});
