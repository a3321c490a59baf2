import { configDefaults, defineConfig } from "vitest/config";

// What is in test/deep takes minutes: `npm run test:deep -- committer`.
const deepOnly = process.env.SYNOD_DEEP === "1" ? [] : ["test/deep/**"];

// Key generation on a busy machine takes many times its usual seconds.
export default defineConfig({
  test: {
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    exclude: [...configDefaults.exclude, ...deepOnly],
  },
});
