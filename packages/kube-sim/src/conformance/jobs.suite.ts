import { describe, expect, it } from "vitest";
import type { Status } from "../api/status.ts";
import type { Job, Pod } from "../wire.ts";
import { Client, mainState, phase, trueConditions, withoutRepeats } from "./client.ts";
import { expectCourse } from "./course.ts";
import type { ConformanceWorld } from "./world.ts";

/** Jobs: their pods, the conditions in the order in which they come, and what goes when they go. */
export function jobsSuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client, world: ConformanceWorld) => Promise<T>): Promise<T> =>
    world().run(() => work(new Client(world()), world()));
  const verdicts = (job: Job): string => trueConditions(job).join(" ");

  describe("jobs", () => {
    it("labels and owns its pod, and copies the template's labels to a Job that has none", () =>
      run(async (client) => {
        const job = await client.create<Job>(client.jobs, client.job("labels", { steps: [{ sleepSeconds: 600 }] }));
        const pod = await client.podOf(job);
        const { name, uid } = job.metadata;
        const identity = {
          "batch.kubernetes.io/controller-uid": uid,
          "batch.kubernetes.io/job-name": name,
          "controller-uid": uid,
          "job-name": name,
        };
        expect(job.metadata.labels).toEqual(identity);
        expect(job.spec).toMatchObject({
          parallelism: 1,
          completions: 1,
          completionMode: "NonIndexed",
          suspend: false,
        });
        expect(pod.metadata.labels).toEqual(identity);
        expect(pod.metadata.name).toMatch(/^labels-[a-z0-9]{5}$/);
        const owner = { apiVersion: "batch/v1", kind: "Job", name, uid, controller: true, blockOwnerDeletion: true };
        expect(pod.metadata.ownerReferences).toEqual([owner]);
        expect(pod.metadata.finalizers).toEqual(["batch.kubernetes.io/job-tracking"]);
        await client.ask("DELETE", `${client.jobs}/labels?propagationPolicy=Background`);
      }));

    it("succeeds: first the pod says so, then SuccessCriteriaMet, then Complete", () =>
      run(async (client, inside) => {
        const from = await client.revision(client.jobs);
        const job = await client.create<Job>(client.jobs, client.job("good", { steps: [{ sleepSeconds: 5 }] }));
        const watchJob = client.watch<Job>(
          `${client.jobs}?fieldSelector=metadata.name=good&resourceVersion=${from}`,
          (lines) => verdicts((lines.at(-1) as { object: Job }).object).includes("Complete"),
        );
        const watchPod = client.watch<Pod>(
          `${client.pods}?labelSelector=job-name=good&resourceVersion=${from}`,
          (lines) => {
            const last = lines.at(-1)?.object;
            return last?.status.phase === "Succeeded" && last.metadata.finalizers === undefined;
          },
        );
        const [jobLines, podLines] = await Promise.all([watchJob, watchPod]);
        expect(withoutRepeats(jobLines.map(({ object }) => verdicts(object)))).toEqual([
          "",
          "SuccessCriteriaMet",
          "SuccessCriteriaMet Complete",
        ]);
        expect(jobLines.find(({ object }) => object.status.startTime)?.object.status).toMatchObject({
          active: 1,
          ready: 0,
          terminating: 0,
        });
        const met = jobLines.find(({ object }) => verdicts(object) === "SuccessCriteriaMet")?.object.status;
        const pod = podLines.at(-1)?.object;
        expect(met).toMatchObject({ uncountedTerminatedPods: { succeeded: [pod?.metadata.uid] } });
        expect(met).not.toHaveProperty("active");
        const final = jobLines.at(-1)?.object.status;
        expect(final).toMatchObject({ succeeded: 1, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
        expect(final?.completionTime).toBeDefined();
        expect(final?.conditions?.map(({ reason }) => reason)).toEqual(["CompletionsReached", "CompletionsReached"]);
        const told = (object: Pod): string => `${phase(object)}${mainState(object).terminated ? ", ended" : ""}`;
        const course = ["Pending", "Running", "Running, ended", "Succeeded, ended"];
        expectCourse(
          inside,
          podLines.map(({ object }) => told(object)),
          course,
        );
        const first = podLines.find(({ object }) => mainState(object).terminated)?.object;
        expect(mainState(first as Pod).terminated).toMatchObject({ exitCode: 0, reason: "Completed" });
        await client.eventsUntil(job, "SuccessfulCreate", "Completed");
      }));

    it("fails: FailureTarget, then Failed", () =>
      run(async (client) => {
        const from = await client.revision(client.jobs);
        await client.create<Job>(client.jobs, client.job("bad", { steps: [{ exit: 3 }] }));
        const lines = await client.watch<Job>(
          `${client.jobs}?fieldSelector=metadata.name=bad&resourceVersion=${from}`,
          (all) => verdicts((all.at(-1) as { object: Job }).object).includes("Failed"),
        );
        expect(withoutRepeats(lines.map(({ object }) => verdicts(object)))).toEqual([
          "",
          "FailureTarget",
          "FailureTarget Failed",
        ]);
        const { status } = (lines.at(-1) as { object: Job }).object;
        expect(status).toMatchObject({ failed: 1, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
        expect(status.conditions?.[1]).toMatchObject({
          reason: "BackoffLimitExceeded",
          message: "Job has reached the specified backoff limit",
        });
        expect(status).not.toHaveProperty("completionTime");
      }));

    it("replaces a failed pod after a wait, as often as backoffLimit says, and has failed once for each", () =>
      run(async (client) => {
        const from = await client.revision(client.jobs);
        const job = { backoffLimit: 1 };
        await client.create<Job>(client.jobs, client.job("twice", { steps: [{ exit: 3 }] }, { job }));
        const lines = await client.watch<Job>(
          `${client.jobs}?fieldSelector=metadata.name=twice&resourceVersion=${from}`,
          (all) => verdicts((all.at(-1) as { object: Job }).object).includes("Failed"),
        );
        const { status } = (lines.at(-1) as { object: Job }).object;
        expect(status).toMatchObject({
          failed: 2,
          conditions: [{ reason: "BackoffLimitExceeded" }, { type: "Failed" }],
        });
        const failed = withoutRepeats(lines.map(({ object }) => object.status.failed ?? 0));
        expect(failed).toEqual([0, 1, 2]);
        // Between its pods a Job has failed pods, no active one, and no verdict.
        expect(
          lines.some(({ object }) => object.status.failed === 1 && !object.status.active && verdicts(object) === ""),
        ).toBe(true);
        const pods = await client.items<Pod>(`${client.pods}?labelSelector=job-name=twice`);
        expect(pods.map(phase)).toEqual(["Failed", "Failed"]);
        const [first = 0, second = 0] = pods
          .map(({ metadata }) => Date.parse(metadata.creationTimestamp))
          .sort((a, b) => a - b);
        expect(second - first).toBeGreaterThanOrEqual(10_000);
        await client.send("DELETE", `${client.jobs}/twice?propagationPolicy=Background`);
      }));

    it("goes with its pod when its time to live is over", () =>
      run(async (client) => {
        const [from, podsFrom] = [await client.revision(client.jobs), await client.revision(client.pods)];
        const job = { ttlSecondsAfterFinished: 2 };
        await client.create<Job>(client.jobs, client.job("brief", { steps: [] }, { job }));
        // Watched, because it is gone before long.
        const lines = await client.watch<Job>(
          `${client.jobs}?fieldSelector=metadata.name=brief&resourceVersion=${from}`,
          (all) => all.at(-1)?.type === "DELETED",
        );
        expect(lines.some(({ object }) => verdicts(object).includes("Complete"))).toBe(true);
        const pods = await client.watch<Pod>(
          `${client.pods}?labelSelector=job-name=brief&resourceVersion=${podsFrom}`,
          (all) => all.at(-1)?.type === "DELETED",
        );
        expect(pods.map(({ type }) => type)).toContain("ADDED");
      }));

    it("passes its deadline: FailureTarget while the pod ends its grace, then Failed, and the pod is gone", () =>
      run(async (client) => {
        const from = await client.revision(client.jobs);
        const program = { steps: [{ sleepSeconds: 120 }], onTerm: { print: "bye\n", exitCode: 5 } };
        const job = await client.create<Job>(
          client.jobs,
          client.job("late", program, { job: { activeDeadlineSeconds: 30 } }),
        );
        const lines = await client.watch<Job>(
          `${client.jobs}?fieldSelector=metadata.name=late&resourceVersion=${from}`,
          (all) => verdicts((all.at(-1) as { object: Job }).object).includes("Failed"),
        );
        expect(withoutRepeats(lines.map(({ object }) => verdicts(object)))).toEqual([
          "",
          "FailureTarget",
          "FailureTarget Failed",
        ]);
        const early = lines.find(({ object }) => verdicts(object) === "FailureTarget")?.object.status;
        expect(early).toMatchObject({ terminating: 1, conditions: [{ reason: "DeadlineExceeded" }] });
        expect(early?.conditions?.[0]?.message).toBe("Job was active longer than specified deadline");
        const path = `${client.pods}?labelSelector=batch.kubernetes.io/controller-uid=${job.metadata.uid}`;
        await client.until<{ items: Pod[] }>(path, ({ items }) => items.length === 0);
      }));

    it("deleted in the background, takes its pod and its Secret with it", () =>
      run(async (client) => {
        const job = await client.create<Job>(client.jobs, client.job("doomed", { steps: [{ sleepSeconds: 600 }] }));
        const ownerReferences = [
          { apiVersion: "batch/v1", kind: "Job", name: "doomed", uid: job.metadata.uid, blockOwnerDeletion: false },
        ];
        await client.create(client.secrets, {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name: "doomed", ownerReferences },
        });
        const pod = await client.podOf(job, ({ status }) => status.phase === "Running");
        const options = { propagationPolicy: "Background", preconditions: { uid: job.metadata.uid } };
        const { body } = await client.ask<Status>("DELETE", `${client.jobs}/doomed`, options);
        expect(body).toMatchObject({
          status: "Success",
          details: { name: "doomed", group: "batch", kind: "jobs", uid: job.metadata.uid },
        });
        await client.untilGone(`${client.secrets}/doomed`);
        await client.untilGone(`${client.pods}/${pod.metadata.name}`);
      }));

    it("deleted in the foreground, stays until its pod is gone", () =>
      run(async (client) => {
        const from = await client.revision(client.jobs);
        const job = await client.create<Job>(client.jobs, client.job("front", { steps: [{ sleepSeconds: 600 }] }));
        await client.podOf(job, ({ status }) => status.phase === "Running");
        const { body } = await client.ask<Job>("DELETE", `${client.jobs}/front?propagationPolicy=Foreground`);
        expect(body.metadata.finalizers).toEqual(["foregroundDeletion"]);
        const lines = await client.watch<Job>(
          `${client.jobs}?fieldSelector=metadata.name=front&resourceVersion=${from}`,
          (all) => all.at(-1)?.type === "DELETED",
        );
        expect(lines.at(-1)?.object.metadata.deletionTimestamp).toBeDefined();
        const left = await client.items<Pod>(
          `${client.pods}?labelSelector=batch.kubernetes.io/controller-uid=${job.metadata.uid}`,
        );
        expect(left).toEqual([]);
      }));

    it("deleted without a policy, leaves its pod behind, and warns", () =>
      run(async (client) => {
        const job = await client.create<Job>(client.jobs, client.job("bare", { steps: [{ sleepSeconds: 600 }] }));
        const pod = await client.podOf(job);
        const response = await client.send("DELETE", `${client.jobs}/bare`);
        expect(response.headers.get("warning")).toContain("child pods are preserved by default when jobs are deleted");
        await client.untilGone(`${client.jobs}/bare`);
        const left = await client.until<Pod>(
          `${client.pods}/${pod.metadata.name}`,
          ({ metadata }) => metadata.finalizers === undefined,
        );
        expect(left.metadata.ownerReferences).toBeUndefined();
        await client.ask("DELETE", `${client.pods}/${pod.metadata.name}?gracePeriodSeconds=0`);
      }));
  });
}
