import { describe, expect, it } from "vitest";
import type { ContainerStatus, Job, Pod } from "../wire.ts";
import { expectCourse } from "./course.ts";
import { Client, trueConditions, type WatchLine, withoutRepeats } from "./client.ts";
import { type Program, STATE } from "./program.ts";
import type { ConformanceWorld } from "./world.ts";

const CRASHES: Program = { steps: [{ printStarts: true }, { sleepSeconds: 20 }, { print: "end\n" }, { exit: 3 }] };

/** Containers that are started again: what their status says, and which of their logs can be read when. */
export function restartsSuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client, world: ConformanceWorld) => Promise<T>): Promise<T> =>
    world().run(() => work(new Client(world()), world()));
  const { volumes, volumeMounts } = STATE;
  const main = (pod: Pod): ContainerStatus | undefined =>
    pod.status.containerStatuses?.find(({ name }) => name === "main");
  const kinds = (state: ContainerStatus["state"]): string => Object.keys(state ?? {}).join();
  /** For example `running 1 after terminated`. */
  const told = (pod: Pod): string | undefined => {
    const status = main(pod);
    const before = kinds(status?.lastState);
    return status && `${kinds(status.state)} ${status.restartCount}${before && ` after ${before}`}`;
  };

  describe("restarts", () => {
    it("are immediate once, then backed off; each instance has an id, and the one before it is in lastState", () =>
      run(async (client, inside) => {
        const from = await client.revision(client.pods);
        await client.create(
          client.pods,
          client.pod("again", CRASHES, { restartPolicy: "Always", volumes }, { volumeMounts }),
        );
        const isThird = (lines: WatchLine<Pod>[]): boolean =>
          told((lines.at(-1) as { object: Pod }).object) === "running 2 after terminated";
        const lines = await client.watch<Pod>(
          `${client.pods}?fieldSelector=metadata.name=again&resourceVersion=${from}`,
          isThird,
        );
        const pods = lines.map(({ object }) => object).filter(main);
        // The wait is named at the end of it, when the next start may be quicker than the watch.
        const steps = pods.map(told).filter((step) => step !== "waiting 1 after terminated");
        expectCourse(inside, steps, [
          "waiting 0",
          "running 0",
          "terminated 0",
          "running 1 after terminated",
          "terminated 1 after terminated",
          "running 2 after terminated",
        ]);
        const ids = withoutRepeats(pods.map((pod) => main(pod)?.containerID).filter((id) => id !== undefined));
        expect(new Set(ids).size).toBe(3);
        const last = pods.at(-1) as Pod;
        expect(main(last)?.lastState?.terminated).toMatchObject({ exitCode: 3, reason: "Error", containerID: ids[1] });
        const { uid, namespace } = last.metadata;
        for (const pod of pods.filter((one) => told(one) === "waiting 1 after terminated")) {
          expect(main(pod)?.state?.waiting).toEqual({
            reason: "CrashLoopBackOff",
            message: `back-off 10s restarting failed container=main pod=again_${namespace}(${uid})`,
          });
        }
        const said = (await client.eventsUntil(last, "BackOff")).find(({ reason }) => reason === "BackOff");
        expect(said?.message).toBe(`Back-off restarting failed container main in pod again_${namespace}(${uid})`);
        expect(last.status.phase).toBe("Running");
        await client.send("DELETE", `${client.pods}/again?gracePeriodSeconds=0`);
      }));

    it("leave the log of the one before: until the next one is over, too, when only its name is left", () =>
      run(async (client) => {
        const log = `${client.pods}/logs/log`;
        await client.create(
          client.pods,
          client.pod("logs", CRASHES, { restartPolicy: "Always", volumes }, { volumeMounts }),
        );
        const until = (wanted: string): Promise<Pod> =>
          client.until<Pod>(`${client.pods}/logs`, (pod) => told(pod) === wanted);
        await until("running 0");
        const none = await client.text(`${log}?previous=true`);
        expect([none.code, JSON.parse(none.text)]).toMatchObject([
          400,
          { reason: "BadRequest", message: 'previous terminated container "main" in pod "logs" not found' },
        ]);
        // A follow ends with its instance: the next one's lines are not in it.
        expect(await client.text(`${log}?follow=true`)).toEqual({ code: 200, text: "0\nend\n" });
        await until("running 1 after terminated");
        expect((await client.text(log)).text).toMatch(/^1\n/);
        expect((await client.text(`${log}?previous=true`)).text).toBe("0\nend\n");
        const over = await until("terminated 1 after terminated");
        // The newest dead instance is kept, and what lastState names is older.
        expect(await client.text(log)).toEqual({ code: 200, text: "1\nend\n" });
        const first = main(over)?.lastState?.terminated?.containerID ?? "";
        const gone = `unable to retrieve container logs for ${first}`;
        const previous = await client.textSoon(`${log}?previous=true`, (text) => text === gone);
        expect(previous).toEqual({ code: 200, text: gone });
        await client.send("DELETE", `${client.pods}/logs?gracePeriodSeconds=0`);
      }));

    it("under OnFailure are no failure of the Job, and end with the first success", () =>
      run(async (client) => {
        const program: Program = { steps: [{ printStarts: true }, { failBeforeStart: 1 }] };
        const pod = { restartPolicy: "OnFailure", volumes };
        const job = await client.create<Job>(
          client.jobs,
          client.job("retries", program, { job: { backoffLimit: 2 }, pod, container: { volumeMounts } }),
        );
        const over = await client.until<Job>(`${client.jobs}/retries`, (found) =>
          trueConditions(found).includes("Complete"),
        );
        expect(over.status).toMatchObject({ succeeded: 1 });
        expect(over.status).not.toHaveProperty("failed");
        const left = await client.podOf(job);
        expect([left.status.phase, main(left)?.restartCount]).toEqual(["Succeeded", 1]);
        expect((await client.text(`${client.pods}/${left.metadata.name}/log`)).text).toBe("1\n");
        await client.send("DELETE", `${client.jobs}/retries?propagationPolicy=Background`);
      }));

    it("under OnFailure are too many for the Job at its backoffLimit: it ends the pod", () =>
      run(async (client) => {
        const pod = { restartPolicy: "OnFailure", volumes };
        await client.create<Job>(
          client.jobs,
          client.job("exhausted", CRASHES, { job: { backoffLimit: 1 }, pod, container: { volumeMounts } }),
        );
        const over = await client.until<Job>(`${client.jobs}/exhausted`, (found) =>
          trueConditions(found).includes("Failed"),
        );
        expect(over.status.conditions?.map(({ type, reason }) => [type, reason])).toEqual([
          ["FailureTarget", "BackoffLimitExceeded"],
          ["Failed", "BackoffLimitExceeded"],
        ]);
        expect(over.status).toMatchObject({ failed: 1 });
        const path = `${client.pods}?labelSelector=job-name=exhausted`;
        await client.until<{ items: Pod[] }>(path, ({ items }) => items.length === 0);
      }));
  });
}
