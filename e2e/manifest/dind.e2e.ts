import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { plainRun, UNRESTRICTED } from "./options.ts";
import { openClusterWorld, settings, SHELL_IMAGE } from "../world/index.ts";
import { RunNamespace } from "./run-namespace.ts";

const { kubeconfig } = settings();

let namespace: RunNamespace;
beforeAll(async () => {
  namespace = await RunNamespace.open(kubeconfig, "privileged");
});
afterAll(() => namespace[Symbol.asyncDispose]());

test("a daemon starts before the agent, as root; the agent finds its socket; and the Job ends although it never would", async () => {
  const ran = await namespace.run(
    {
      ...plainRun(""),
      ...UNRESTRICTED["dind"]?.[0],
      dind: { image: SHELL_IMAGE, resources: { requests: {}, limits: {} } },
      image: SHELL_IMAGE,
      resources: { requests: { cpu: "50m", memory: "32Mi" }, limits: {} },
      runId: randomBytes(8).toString("hex"),
      graceSec: 5,
    },
    'id -u; cat "${DOCKER_HOST#unix://}"',
    (pod) => {
      // A shell that plays the daemon: its scripts lie where the agent's lie.
      const mounts = pod.containers[0]?.volumeMounts?.filter(({ name }) => name === "extra-bin") ?? [];
      for (const sidecar of pod.initContainers ?? []) {
        sidecar.volumeMounts?.push(...mounts);
        sidecar.env = [{ name: "PATH", value: `${mounts[0]?.mountPath}:/usr/bin:/bin` }];
      }
    },
  );
  expect(ran).toMatchObject({ exitCode: 0, message: "" });
  const host = "--host=unix:///run/opencode-k8s-docker/docker.sock";
  expect(ran.output).toBe(`1000\n${host} --group=1000\n`);
  expect(await namespace.logBeside(ran, "dind")).toBe("started as 0\nended\n");
  expect(await namespace.finished(ran)).toMatchObject({ status: { succeeded: 1 } });
});

test("a namespace that enforces restricted refuses it, and the run says which key to remove", async () => {
  await using world = await openClusterWorld(settings());
  const run = world.heartbeat({ config: { "dind.image": SHELL_IMAGE } });
  const { errorCode, errorMessage } = await run.heartbeat.result;
  expect(errorCode).toBe("k8s_pod_rejected");
  expect(errorMessage).toMatch(/container "dind" must not set securityContext\.privileged=true.*remove dind\.image/s);
});
