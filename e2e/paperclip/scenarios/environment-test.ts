import { expect } from "vitest";
import type { EnvironmentTest } from "../index.ts";
import type { Scenario } from "./scenario.ts";

/** The adapter's own bound is 10 s, which a busy machine needs several of; milliseconds. */
const PATIENCE_MS = 300_000;

export const environmentTest: Scenario = {
  name: "the environment is tested from the form: a pod finds OpenCode in its image, and Paperclip itself",
  async play({ paperclip: { api }, world }) {
    const { id } = await api.createCompany("Tested");
    const { env: _, ...config } = world.parts.config("text");
    const tested = (change: object): Promise<EnvironmentTest> =>
      api.testEnvironment(id, "opencode_k8s", { ...config, ...change });
    const codes = ({ checks }: EnvironmentTest): string[] => checks.map(({ code }) => code);

    await world.eventually(PATIENCE_MS, "a pod says what it sees", async () => {
      const found = await tested({});
      expect(found.checks.filter(({ level }) => level === "error")).toEqual([]);
      return codes(found).includes("opencode_found") && codes(found).includes("paperclip_api_reachable");
    });

    const wrong = await tested({ timeoutSec: "soon" });
    expect(wrong).toMatchObject({ status: "fail", checks: [{ code: "configuration_incomplete", level: "error" }] });
  },
};
