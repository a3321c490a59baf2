import { defineConfig } from "vitest/config";

// Unpacking and starting a browser takes seconds on a busy machine. Time-outs bound a hang only.
export default defineConfig({
  test: { include: ["test/**/*.test.ts"], testTimeout: 180_000, hookTimeout: 180_000 },
});
