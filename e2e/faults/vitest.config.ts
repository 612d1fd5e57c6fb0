import { defineConfig } from "vitest/config";
import type { ViteUserConfig } from "vitest/config";
import { ClosingLine } from "../closing-line.ts";
import { PageWriter } from "./page-writer.ts";

const minutes = 60_000;

/** The table of faults: what is played side by side, then what disturbs the whole cluster, one at a time. */
const config: ViteUserConfig = defineConfig({
  root: import.meta.dirname,
  test: {
    reporters: ["default", new ClosingLine(), new PageWriter()],
    testTimeout: 20 * minutes,
    hookTimeout: 20 * minutes,
    projects: (["sim", "shared", "disruptive"] as const).map((name, index) => ({
      extends: true as const,
      test: {
        name,
        include: [`${name}.play.ts`],
        maxWorkers: 1,
        // Each scenario starts a pod with a program of 400 MB in it.
        maxConcurrency: 3,
        sequence: { groupOrder: index + 1 },
      },
    })),
  },
});

export default config;
