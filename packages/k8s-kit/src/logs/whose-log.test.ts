import { VirtualClock } from "@opencode-k8s/kube-sim";
import { expect, test } from "vitest";
import { startPod } from "../../test/followed-pod.ts";
import { CONTAINER, NAMESPACE, simCluster } from "../../test/sim-cluster.ts";
import { Cluster, collectionPath, type Fetch, type Pod } from "../index.ts";
import { type ContainerState, containerState, followLog, LogCursor, type LogEvent } from "./index.ts";

const inShort = (event: LogEvent): string => (event.type === "line" ? event.text : event.type);

test("the log of a new pod of the same name is not taken for that of the old one, while the watch does not know better", async () => {
  let started = 0;
  const world = simCluster(async (io) => {
    started += 1;
    for (let line = 0; line < 20; line += 1) {
      io.print(`${started}:${line}\n`);
      await io.sleep(1000);
    }
    return 0;
  });
  const { clock, sim, cluster, signal } = world;
  const pods = collectionPath.pods(NAMESPACE);
  const said: string[] = [];
  await clock.run(
    (async () => {
      using pod = await startPod(world);
      for await (const event of followLog(cluster, pod.container, { signal })) {
        said.push(inShort(event));
        if (inShort(event) !== "1:2") continue;
        sim.faults.restart(1_000);
        sim.faults.answer({ resource: "pods", verb: "watch" }, { status: 503 }, 4);
        sim.faults.answer({ resource: "pods", verb: "list" }, { status: 503 }, 4);
        sim.deletePod(NAMESPACE, "pod", { gracePeriodSeconds: 0 });
        void clock.sleep(1_000).then(() =>
          cluster.request<Pod>("POST", pods, {
            body: {
              metadata: { name: "pod" },
              spec: { restartPolicy: "Never", containers: [{ name: CONTAINER, image: "image:1", command: ["run"] }] },
            },
          }),
        );
      }
    })(),
  );
  expect(started).toBe(2);
  expect(said.filter((text) => text.startsWith("2:"))).toEqual([]);
  expect(said.at(-1)).toBe("end");
});

test("a cursor that is handed over amid a restart is not taken into the next instance's log, of which the API server does not know yet", async () => {
  const clock = new VirtualClock();
  const stamp = (second: number): string => `2026-01-01T00:00:${String(second).padStart(2, "0")}.000000000Z`;
  const logs = { before: `${stamp(1)} a\n${stamp(2)} b\n`, now: `${stamp(10)} c\n` };
  /** The kubelet knows from the start that the container was started again, the API server a second later. */
  const pod = (): Pod =>
    ({
      metadata: { uid: "uid", name: "pod" },
      spec: { restartPolicy: "OnFailure", containers: [{ name: CONTAINER }] },
      status: {
        containerStatuses: [
          clock.monotonic() < 1_000
            ? { name: CONTAINER, restartCount: 0, containerID: "c://1", state: { running: {} } }
            : {
                name: CONTAINER,
                restartCount: 1,
                containerID: "c://2",
                state: { terminated: { exitCode: 0, containerID: "c://2" } },
                lastState: { terminated: { exitCode: 1, containerID: "c://1" } },
              },
        ],
      },
    }) as unknown as Pod;
  const call: Fetch = () => Promise.resolve(Response.json(pod()));
  const stream: Fetch = (url) => Promise.resolve(new Response(url.includes("previous") ? logs.before : logs.now));
  const transport = { call, stream, headers: () => Promise.resolve({}), close: () => Promise.resolve() };
  const cluster = new Cluster({ server: "https://stub", transport, clock, random: () => 0.5 });
  const container = {
    namespace: NAMESPACE,
    pod: "pod",
    podUid: "uid",
    container: CONTAINER,
    state: (): ContainerState => containerState(pod(), CONTAINER),
    changed: () => clock.sleep(100),
  };
  const cursor = new LogCursor();
  cursor.bind(container);
  cursor.begin({ id: "c://1", index: 0 });
  const line = {
    type: "line",
    text: "a",
    bytes: 1,
    stamp: { seconds: Date.parse(stamp(1)) / 1000, nanos: 0 },
  } as const;
  cursor.offer({ events: [{ ...line, truncated: false }], hashes: [0xe40c292c] }, 0, 1);
  cursor.accept();
  const said: string[] = [];
  const signal = new AbortController().signal;
  await clock.run(
    (async () => {
      for await (const event of followLog(cluster, container, { signal, cursor })) said.push(inShort(event));
    })(),
  );
  expect(said).toEqual(["b", "restart", "c", "end"]);
});
