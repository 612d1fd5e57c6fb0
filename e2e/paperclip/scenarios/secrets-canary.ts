import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { hasEnded } from "../index.ts";
import { dumpDatabase } from "../database.ts";
import { CLOSE_ISSUE } from "./close-issue.ts";
import { collectionsOf } from "./objects.ts";
import type { Office } from "./office.ts";
import type { Scenario } from "./scenario.ts";
import type { Worker } from "./worker.ts";

/** An agent's secrets lie in the Secret of its run, in Paperclip's encrypted store, and nowhere else, although it prints them. */
export const secretsCanary: Scenario = {
  name: "a secret and the run's token are in no object, event, log or row, although the agent prints them",
  async play(office) {
    const { api, shared, home } = office.paperclip;
    const canary = `canary-${randomBytes(12).toString("hex")}`;
    const worker = await office.hire({ model: "commands" });
    const { id: secretId } = await api.createSecret(worker.agent.companyId, "E2E_CANARY", canary);
    const { adapterConfig } = await api.getAgent(worker.agent.id);
    const { env } = adapterConfig as { env: object };
    const E2E_CANARY = { type: "secret_ref", secretId, version: "latest" };
    await api.patchAgent(worker.agent.id, { adapterConfig: { env: { ...env, E2E_CANARY } } });
    const prints = [
      'echo "$E2E_CANARY" "$PAPERCLIP_API_KEY"',
      'printf %s "$E2E_CANARY" | base64',
      "sleep 5",
      CLOSE_ISSUE,
    ];
    await worker.assign(prints.map((command) => `$ ${command}`).join("\n"));

    const { token, objects } = await watch(office, worker);

    const run = await worker.ended(0);
    expect(run).toMatchObject({ status: "succeeded" });
    // It had them: this is no scenario about nothing.
    expect(JSON.stringify(worker.models.requests)).toContain(canary);
    expect(token).toMatch(/^eyJ/);
    const places: Record<string, readonly string[]> = {
      objects,
      rows: await dumpDatabase(shared.databaseUrl),
      "the run": [JSON.stringify([run, await api.getRunEvents(run.id), await api.getRunLog(run.id)])],
      "the server's output": [office.paperclip.logs()],
      "the server's files": await filesOf(home),
    };
    for (const [place, texts] of Object.entries(places)) {
      expect(texts.length, place).toBeGreaterThan(0);
      for (const secret of [canary, Buffer.from(canary).toString("base64"), token])
        expect(
          texts.filter((text) => text.includes(secret)).map((text) => text.slice(0, 120)),
          place,
        ).toEqual([]);
    }
  },
};

/** Looks at all objects of the namespace until the run is over. */
async function watch(office: Office, worker: Worker): Promise<{ token: string; objects: string[] }> {
  const { admin, namespace } = office.world.parts;
  const collections = await collectionsOf(admin, namespace);
  const objects = new Set<string>();
  let token = "";
  await office.world.eventually(600_000, "the run ends", async () => {
    const [run] = await worker.runs();
    for (const path of collections) {
      const { items } = await admin.request<{ items: object[] }>("GET", path);
      for (const item of items) objects.add(JSON.stringify(item));
    }
    const { secrets } = await office.world.objects();
    const values = secrets
      .filter(({ metadata }) => metadata?.labels?.["paperclip.io/run-id"] === run?.id)
      .flatMap(({ data }) => Object.values(data ?? {}))
      .map((value) => Buffer.from(value, "base64").toString());
    token = /eyJ[\w-]+\.[\w-]+\.[\w-]+/.exec(values.join("\n"))?.[0] ?? token;
    return run !== undefined && hasEnded(run);
  });
  return { token, objects: [...objects] };
}

/** All files under Paperclip's home but the database's own, whose rows are looked at instead. */
async function filesOf(home: string): Promise<string[]> {
  const entries = await readdir(home, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const others = paths.filter((path) => !path.startsWith(join(home, "instances/default/db/")));
  // Files come and go while other runs are under way.
  return Promise.all(others.map(async (path) => `${path}: ${await readFile(path, "latin1").catch(() => "")}`));
}
