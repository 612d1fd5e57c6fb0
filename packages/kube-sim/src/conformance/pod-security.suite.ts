import { describe, expect, it } from "vitest";
import type { Status } from "../api/status.ts";
import { Client } from "./client.ts";
import type { ConformanceWorld } from "./world.ts";

/** Pod Security admission, which the simulator does not have. */
export function podSecuritySuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client) => Promise<T>): Promise<T> => world().run(() => work(new Client(world())));

  describe("Pod Security (a real cluster only)", () => {
    it("refuses a pod, and lets a Job with such pods pass with a warning", () =>
      run(async (client) => {
        const name = `${world().namespace}-strict`;
        const labels = {
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/warn": "restricted",
        };
        await client.create("/api/v1/namespaces", { metadata: { name, labels } });
        try {
          const inside = (path: string): string => path.replace(world().namespace, name);
          const pod = await client.ask<Status>(
            "POST",
            `${inside(client.pods)}?dryRun=All`,
            client.pod("p", { steps: [] }),
          );
          expect([pod.code, pod.body.reason]).toEqual([403, "Forbidden"]);
          expect(pod.body.message).toMatch(/^pods "p" is forbidden: violates PodSecurity "restricted:latest": /);
          const job = await client.send("POST", `${inside(client.jobs)}?dryRun=All`, client.job("j", { steps: [] }));
          expect(job.status).toBe(201);
          expect(job.headers.get("warning")).toContain('would violate PodSecurity \\"restricted:latest\\"');
        } finally {
          await client.send("DELETE", `/api/v1/namespaces/${name}`);
        }
      }));
  });
}
