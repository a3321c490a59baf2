import { defineConfig } from "vitest/config";

// Key generation on a busy machine takes many times its usual seconds.
export default defineConfig({ test: { pool: "forks", testTimeout: 60_000, hookTimeout: 60_000 } });
