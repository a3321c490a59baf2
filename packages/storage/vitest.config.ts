import { defineConfig } from "vitest/config";

/** Tests wait for events, and each wait has a deadline of its own that says what did not come; this one is behind it. */
export default defineConfig({ test: { testTimeout: 60_000 } });
