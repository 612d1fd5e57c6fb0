import { describe, expect, it } from "vitest";
import type { KubeEvent, Pod } from "../wire.ts";
import { Client, mainState, phase, withoutRepeats } from "./client.ts";
import { expectCourse } from "./course.ts";
import type { ConformanceWorld } from "./world.ts";

/** Pods: how they start, what they wait for, what a container is given, how they end. */
export function podsSuite(world: () => ConformanceWorld): void {
  const run = <T>(work: (client: Client, world: ConformanceWorld) => Promise<T>): Promise<T> =>
    world().run(() => work(new Client(world()), world()));
  const isOver = (pod: Pod): boolean => pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
  const toldOf = ({ involvedObject, reason }: KubeEvent): string =>
    [involvedObject.fieldPath ?? [], reason].flat().join(" ");
  const force = (client: Client, name: string): Promise<unknown> =>
    client.send("DELETE", `${client.pods}/${name}?gracePeriodSeconds=0`);

  describe("pods", () => {
    it("runs init containers in order, then the main one, with the events of each", () =>
      run(async (client, { image }) => {
        const initContainers = ["first", "second"].map((name) => ({
          name,
          image,
          imagePullPolicy: "IfNotPresent",
          command: ["true"],
        }));
        await client.create(client.pods, client.pod("inits", { steps: [{ exit: 3 }] }, { initContainers }));
        const pod = await client.until<Pod>(`${client.pods}/inits`, isOver);
        expect(pod.status.phase).toBe("Failed");
        expect(pod.status.initContainerStatuses?.map(({ name, state }) => [name, state?.terminated?.exitCode])).toEqual(
          [
            ["first", 0],
            ["second", 0],
          ],
        );
        expect(mainState(pod).terminated).toMatchObject({ exitCode: 3, reason: "Error" });
        const paths = ["spec.initContainers{first}", "spec.initContainers{second}", "spec.containers{main}"];
        const each = ["Created", "Pulled", "Started"];
        const wanted = new Set(["Scheduled", ...paths.flatMap((path) => each.map((reason) => `${path} ${reason}`))]);
        // Events are written a little later than what they tell of.
        const { items } = await client.until<{ items: KubeEvent[] }>(
          `${client.events}?fieldSelector=involvedObject.uid=${pod.metadata.uid}`,
          (found) => [...wanted].every((event) => found.items.map(toldOf).includes(event)),
        );
        const told = new Set(items.filter(({ reason }) => reason !== "MissingClusterDNS").map(toldOf));
        expect(told).toEqual(wanted);
      }));

    it("does not go on after an init container that failed", () =>
      run(async (client, { image }) => {
        const initContainers = [{ name: "first", image, imagePullPolicy: "IfNotPresent", command: ["false"] }];
        await client.create(client.pods, client.pod("broken", { steps: [] }, { initContainers }));
        const over = await client.until<Pod>(`${client.pods}/broken`, isOver);
        expect(over.status.phase).toBe("Failed");
        expect(mainState(over)).toEqual({ waiting: { reason: "PodInitializing" } });
      }));

    it("gives a container its environment and its files", () =>
      run(async (client) => {
        const stringData = { PLAIN: "from-secret", "my.file": "contents\n" };
        await client.create(client.secrets, {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name: "given" },
          stringData,
        });
        const env = [
          { name: "A", value: "a" },
          { name: "B", value: "$(A)-$$(A)-$(NONE)" },
          { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
          { name: "KEY", valueFrom: { secretKeyRef: { name: "given", key: "PLAIN" } } },
          { name: "MAYBE", valueFrom: { secretKeyRef: { name: "none", key: "x", optional: true } } },
        ];
        const container = {
          env,
          envFrom: [{ secretRef: { name: "given" } }],
          volumeMounts: [{ name: "files", mountPath: "/given" }],
        };
        const volumes = [
          { name: "files", secret: { secretName: "given", items: [{ key: "my.file", path: "dir/file" }] } },
        ];
        const steps = [
          ...["A", "B", "POD", "KEY", "PLAIN", "MAYBE"].map((printEnv) => ({ printEnv })),
          { printFile: "/given/dir/file" },
        ];
        await client.create(client.pods, client.pod("given", { steps }, { volumes }, container));
        await client.until<Pod>(`${client.pods}/given`, isOver);
        const { text } = await client.text(`${client.pods}/given/log`);
        expect(text).toBe("A=a\nB=a-$(A)-$(NONE)\nPOD=given\nKEY=from-secret\nPLAIN=from-secret\nMAYBE=\ncontents\n");
      }));

    it("waits in ContainerCreating for a Secret that it mounts, and goes on when that comes", () =>
      run(async (client) => {
        const volumes = [{ name: "v", secret: { secretName: "tardy" } }];
        const container = { volumeMounts: [{ name: "v", mountPath: "/v" }] };
        const pod = await client.create<Pod>(client.pods, client.pod("mounts", { steps: [] }, { volumes }, container));
        await client.until<{ items: object[] }>(
          `${client.events}?fieldSelector=involvedObject.uid=${pod.metadata.uid},reason=FailedMount`,
          ({ items }) => items.length > 0,
        );
        const waiting = await client.until<Pod>(
          `${client.pods}/mounts`,
          (found) => mainState(found).waiting !== undefined,
        );
        expect([phase(waiting), mainState(waiting)]).toEqual(["Pending", { waiting: { reason: "ContainerCreating" } }]);
        const [event] = (await client.eventsOf(pod)).filter(({ reason }) => reason === "FailedMount");
        expect(event?.message).toBe('MountVolume.SetUp failed for volume "v" : secret "tardy" not found');
        const { code, text } = await client.text(`${client.pods}/mounts/log`);
        expect([code, (JSON.parse(text) as { message: string }).message]).toEqual([
          400,
          'container "main" in pod "mounts" is waiting to start: ContainerCreating',
        ]);
        await client.create(client.secrets, { apiVersion: "v1", kind: "Secret", metadata: { name: "tardy" } });
        expect(phase(await client.until<Pod>(`${client.pods}/mounts`, isOver))).toBe("Succeeded");
      }));

    it("does not miss a Secret that a volume names and no container mounts", () =>
      run(async (client) => {
        const volumes = [{ name: "v", secret: { secretName: "never" } }];
        await client.create<Pod>(client.pods, client.pod("unmounted", { steps: [] }, { volumes }));
        expect(phase(await client.until<Pod>(`${client.pods}/unmounted`, isOver))).toBe("Succeeded");
      }));

    it("says CreateContainerConfigError for a Secret that its environment lacks", () =>
      run(async (client) => {
        const container = { envFrom: [{ secretRef: { name: "absent" } }] };
        await client.create(client.pods, client.pod("config", { steps: [] }, {}, container));
        // A busy kubelet first says "failed to sync secret cache: timed out waiting for the condition", and tries again.
        const pod = await client.until<Pod>(
          `${client.pods}/config`,
          (found) => mainState(found).waiting?.message === 'secret "absent" not found',
        );
        expect(mainState(pod).waiting?.reason).toBe("CreateContainerConfigError");
        await force(client, "config");
      }));

    it("says Unschedulable when no node is large enough, and has an empty log", () =>
      run(async (client) => {
        const container = { resources: { requests: { cpu: "900" } } };
        const pod = await client.create<Pod>(client.pods, client.pod("huge", { steps: [] }, {}, container));
        const found = await client.until<Pod>(`${client.pods}/huge`, ({ status }) => status.conditions !== undefined);
        expect(found.status.conditions).toMatchObject([
          { type: "PodScheduled", status: "False", reason: "Unschedulable" },
        ]);
        expect(found.status.conditions?.[0]?.message).toMatch(/^0\/1 nodes are available: 1 Insufficient cpu\./);
        await client.until<{ items: object[] }>(
          `${client.events}?fieldSelector=involvedObject.uid=${pod.metadata.uid},reason=FailedScheduling`,
          ({ items }) => items.length > 0,
        );
        expect(await client.text(`${client.pods}/huge/log?follow=true`)).toEqual({ code: 204, text: "" });
        const deleted = await client.send("DELETE", `${client.pods}/huge`);
        expect(deleted.status).toBe(200);
        expect((await client.send("GET", `${client.pods}/huge`)).status).toBe(404);
      }));

    it("ends gracefully: SIGTERM, the container's own exit, then the object goes", () =>
      run(async (client, { sleep }) => {
        const program = { steps: [{ print: "up\n" }, { sleepSeconds: 600 }], onTerm: { print: "bye\n", exitCode: 5 } };
        await client.create(client.pods, client.pod("polite", program, { terminationGracePeriodSeconds: 60 }));
        const running = await client.until<Pod>(`${client.pods}/polite`, (pod) => pod.status.phase === "Running");
        // It is told of SIGTERM when it has said something: before, it may not yet listen.
        while ((await client.text(`${client.pods}/polite/log`)).text !== "up\n") await sleep(200);
        const log = await client.send("GET", `${client.pods}/polite/log?follow=true`);
        const watching = client.watch<Pod>(
          `${client.pods}?fieldSelector=metadata.name=polite&resourceVersion=${running.metadata.resourceVersion}`,
          (lines) => lines.at(-1)?.type === "DELETED",
        );
        const { body } = await client.ask<Pod>("DELETE", `${client.pods}/polite`);
        expect(body.metadata.deletionGracePeriodSeconds).toBe(60);
        const lines = await watching;
        expect(withoutRepeats(lines.map(({ type, object }) => [type, phase(object)]))).toEqual([
          ["MODIFIED", "Running"],
          ["MODIFIED", "Failed"],
          ["DELETED", "Failed"],
        ]);
        expect(mainState((lines.at(-1) as { object: Pod }).object).terminated).toMatchObject({
          exitCode: 5,
          reason: "Error",
        });
        expect(await log.text()).toBe("up\nbye\n");
      }));

    it("is killed when its grace is over", () =>
      run(async (client) => {
        await client.create(client.pods, client.pod("deaf", { steps: [{ sleepSeconds: 600 }] }));
        const running = await client.until<Pod>(`${client.pods}/deaf`, (pod) => pod.status.phase === "Running");
        const watching = client.watch<Pod>(
          `${client.pods}?fieldSelector=metadata.name=deaf&resourceVersion=${running.metadata.resourceVersion}`,
          (lines) => lines.at(-1)?.type === "DELETED",
        );
        await client.ask("DELETE", `${client.pods}/deaf?gracePeriodSeconds=2`);
        const lines = await watching;
        expect(mainState((lines.at(-1) as { object: Pod }).object).terminated).toMatchObject({
          exitCode: 137,
          reason: "Error",
        });
      }));

    it("says ErrImagePull, then ImagePullBackOff, for an image that cannot be had", () =>
      run(async (client, inside) => {
        const container = { image: "missing.invalid/none:1" };
        const from = await client.revision(client.pods);
        const pod = await client.create<Pod>(client.pods, client.pod("imageless", { steps: [] }, {}, container));
        const lines = await client.watch<Pod>(
          `${client.pods}?fieldSelector=metadata.name=imageless&resourceVersion=${from}`,
          (all) => all.some(({ object }) => mainState(object).waiting?.reason === "ImagePullBackOff"),
        );
        const reasons = lines
          .map(({ object }) => mainState(object).waiting?.reason)
          .filter((reason) => reason !== undefined);
        expectCourse(inside, reasons, ["ContainerCreating", "ErrImagePull", "ImagePullBackOff"]);
        const message = mainState((lines.at(-1) as { object: Pod }).object).waiting?.message;
        expect(message).toMatch(/^Back-off pulling image "missing.invalid\/none:1": ErrImagePull: .*missing.invalid/);
        const { code, text } = await client.text(`${client.pods}/imageless/log`);
        expect(code).toBe(400);
        expect((JSON.parse(text) as { message: string }).message).toMatch(
          /^container "main" in pod "imageless" is waiting to start: /,
        );
        await client.eventsUntil(pod, "Scheduled", "Pulling", "Failed", "BackOff");
        await force(client, "imageless");
      }));
  });
}
