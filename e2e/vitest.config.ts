import { defineConfig } from "vitest/config";
import type { ViteUserConfig } from "vitest/config";
import { ClosingLine } from "./closing-line.ts";
import { PAPERCLIP_DEADLOCK } from "./paperclip/wait-for-run.ts";

const minutes = 60_000;

/** Scenarios talk to real servers: a pod that pulls an image, or an installation of Paperclip, takes minutes at worst. Says only that something hangs. */
const patience = { testTimeout: 20 * minutes, hookTimeout: 20 * minutes };

/** Only what is a fault of Paperclip's own, and told by the test as that, is played again. */
const again = { retry: { count: 2, condition: PAPERCLIP_DEADLOCK } };

/**
 * The suite on real parts. A scenario that kills or freezes a part of the cluster is called `*.disruptive.e2e.ts`;
 * those run one at a time, after all the others, which share the cluster in parallel.
 *
 * Groups count from 1: vitest moves files of group 0 behind all groups where it has one worker (two cores).
 */
const config: ViteUserConfig = defineConfig({
  root: import.meta.dirname,
  test: {
    reporters: ["default", new ClosingLine()],
    projects: [
      {
        test: {
          ...patience,
          ...again,
          name: "shared",
          include: ["**/*.e2e.ts"],
          exclude: ["**/node_modules/**", "**/*.disruptive.e2e.ts"],
          // Files wait for pods more than they work, also where there are two cores only.
          maxWorkers: 2,
          // Each scenario starts a pod with a program of 400 MB in it.
          maxConcurrency: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...patience,
          name: "disruptive",
          include: ["**/*.disruptive.e2e.ts"],
          exclude: ["**/node_modules/**"],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});

export default config;
