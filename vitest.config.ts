import { defineConfig } from "vitest/config";

/** Every test that needs no cluster. The suite on a real cluster has its own configuration in e2e/. */
export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "packages/*/test/**/*.test.ts",
      "e2e/**/*.test.ts",
      "scripts/**/*.test.ts",
    ],
    setupFiles: ["scripts/fixed-seed.ts", "scripts/real-tmpdir.ts"],
    // A bound on what hangs, not a figure: on a busy machine a property takes five times as long.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
