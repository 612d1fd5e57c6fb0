import { expect } from "vitest";
import type { Scenario } from "./scenario.ts";

export const modelsAndSkills: Scenario = {
  name: "the form has models to choose from, without a key as well; the agent's page has its skills, and keeps a choice of them",
  async play({ paperclip: { api }, world }) {
    const { id: companyId } = await api.createCompany("Chooses");
    const models = (await api.adapterModels(companyId, "opencode_k8s")).map(({ id }) => id.split("/")[0]);
    expect(models).toEqual(expect.arrayContaining(["anthropic", "openai", "google"]));

    const adapterConfig = world.parts.config("text");
    const agent = await api.createAgent(companyId, { name: "Skilled", adapterType: "opencode_k8s", adapterConfig });
    const skills = await api.agentSkills(agent.id);
    expect(skills).toMatchObject({ supported: true, mode: "ephemeral", warnings: [] });
    const states = (given: typeof skills): unknown => given.entries.map(({ key, state }) => ({ key, state }));
    // Paperclip's own goes with each run, chosen or not.
    const own = { key: "paperclipai/paperclip/paperclip", state: "configured" };
    expect(states(skills)).toContainEqual(own);

    const other = skills.entries.find(({ state }) => state === "available")?.key ?? "";
    expect(other).not.toBe("");
    const chosen = await api.chooseSkills(agent.id, [other]);
    expect(chosen.warnings).toEqual([]);
    expect(states(chosen)).toEqual(expect.arrayContaining([own, { key: other, state: "configured" }]));
    expect(states(await api.agentSkills(agent.id))).toEqual(states(chosen));
  },
};
