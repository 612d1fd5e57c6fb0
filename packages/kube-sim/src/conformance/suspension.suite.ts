import { describe, expect, it } from "vitest";
import type { Status } from "../api/status.ts";
import type { Job, Pod } from "../wire.ts";
import { Client, phase, trueConditions } from "./client.ts";
import type { ConformanceWorld } from "./world.ts";

/** Suspended Jobs, and the patch that resumes one: what a claim is fenced by. */
export function suspensionSuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client, world: ConformanceWorld) => Promise<T>): Promise<T> =>
    world().run(() => work(new Client(world()), world()));
  const suspended = (client: Client, name: string, seconds: number = 1): Promise<Job> =>
    client.create<Job>(
      client.jobs,
      client.job(name, { steps: [{ sleepSeconds: seconds }] }, { job: { suspend: true } }),
    );
  const patch = async (
    { fetch }: ConformanceWorld,
    path: string,
    body: object,
    type: string = "application/merge-patch+json",
  ): Promise<{ code: number; body: Job & Status }> => {
    const headers = { "content-type": type };
    const response = await fetch(path, { method: "PATCH", headers, body: JSON.stringify(body) });
    return { code: response.status, body: (await response.json()) as Job & Status };
  };
  const podsOf = (client: Client, { metadata }: Job): Promise<Pod[]> =>
    client.items(`${client.pods}?labelSelector=batch.kubernetes.io/controller-uid=${metadata.uid}`);

  describe("suspended jobs", () => {
    it("has no pod until it is resumed, and then runs as any other", () =>
      run(async (client, inside) => {
        const path = `${client.jobs}/held`;
        const job = await suspended(client, "held");
        const waiting = await client.until<Job>(path, (seen) => trueConditions(seen).includes("Suspended"));
        expect(waiting.status).toMatchObject({ conditions: [{ reason: "JobSuspended" }], ready: 0, terminating: 0 });
        expect(waiting.status).not.toHaveProperty("startTime");
        await inside.sleep(3000);
        expect(await podsOf(client, job)).toEqual([]);

        const { uid } = job.metadata;
        const resumed = await patch(inside, path, {
          metadata: { uid, annotations: { fencing: "7" } },
          spec: { suspend: false },
        });
        expect(resumed.code).toBe(200);
        expect(resumed.body.metadata).toMatchObject({ uid, generation: 2, annotations: { fencing: "7" } });
        const done = await client.until<Job>(path, (seen) => trueConditions(seen).includes("Complete"));
        expect(done.status.conditions?.[0]).toMatchObject({
          type: "Suspended",
          status: "False",
          reason: "JobResumed",
          message: "Job resumed",
        });
        expect(done.status.startTime).toBeDefined();
        await client.eventsUntil(job, "Suspended", "Resumed", "SuccessfulCreate");
      }));

    it("does not count its deadline while it is suspended", () =>
      run(async (client, inside) => {
        const job = client.job("patient", { steps: [] }, { job: { suspend: true, activeDeadlineSeconds: 2 } });
        await client.create<Job>(client.jobs, job);
        await inside.sleep(5000);
        await patch(inside, `${client.jobs}/patient`, { spec: { suspend: false, activeDeadlineSeconds: 60 } });
        await client.until<Job>(`${client.jobs}/patient`, (seen) => trueConditions(seen).includes("Complete"));
      }));

    it("ends its pod, uncounted, when it is suspended again, and gets another one later", () =>
      run(async (client, inside) => {
        const path = `${client.jobs}/again`;
        const job = await client.create<Job>(client.jobs, client.job("again", { steps: [{ sleepSeconds: 30 }] }));
        const first = await client.podOf(job, (pod) => phase(pod) === "Running");
        await patch(inside, path, { spec: { suspend: true } });
        const held = await client.until<Job>(path, (seen) => trueConditions(seen).includes("Suspended"));
        expect(held.status).not.toHaveProperty("active");
        await client.untilGone(`${client.pods}/${first.metadata.name}`);
        expect(await podsOf(client, job)).toEqual([]);
        await patch(inside, path, { spec: { suspend: false } });
        const done = await client.until<Job>(path, (seen) => trueConditions(seen).includes("Complete"));
        expect(done.status).not.toHaveProperty("failed");
        expect((await podsOf(client, job)).map(({ metadata }) => metadata.name)).not.toContain(first.metadata.name);
      }));

    it("cannot be resumed once it is deleted, nor by the uid of another", () =>
      run(async (client, inside) => {
        const path = `${client.jobs}/fenced`;
        const { metadata } = await suspended(client, "fenced");
        const uid = "00000000-0000-4000-8000-000000000000";
        const other = await patch(inside, path, { metadata: { uid }, spec: { suspend: false } });
        expect([other.code, other.body.reason]).toEqual([422, "Invalid"]);
        expect(other.body.message).toContain(`metadata.uid: Invalid value: "${uid}": field is immutable`);
        const options = { propagationPolicy: "Background", preconditions: { uid: metadata.uid } };
        await client.ask("DELETE", path, options);
        const late = await patch(inside, path, { metadata: { uid: metadata.uid }, spec: { suspend: false } });
        expect([late.code, late.body.reason]).toEqual([404, "NotFound"]);
      }));

    it("is not deleted at a version from before it was resumed", () =>
      run(async (client, inside) => {
        const path = `${client.jobs}/raced`;
        await suspended(client, "raced");
        const { metadata } = await client.until<Job>(path, (seen) => trueConditions(seen).includes("Suspended"));
        await patch(inside, path, { spec: { suspend: false } });
        const preconditions = { uid: metadata.uid, resourceVersion: metadata.resourceVersion };
        const late = await client.ask<Status>("DELETE", path, { propagationPolicy: "Background", preconditions });
        expect([late.code, late.body.reason]).toEqual([409, "Conflict"]);
        await client.ask("DELETE", path, { propagationPolicy: "Background" });
      }));

    it("takes a patch only as a patch", () =>
      run(async (client, inside) => {
        await suspended(client, "plain");
        const { code } = await patch(inside, `${client.jobs}/plain`, {}, "application/json");
        expect(code).toBe(415);
      }));
  });
}
