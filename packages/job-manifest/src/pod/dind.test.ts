import type { V1PodSpec } from "@kubernetes/client-node";
import { expect, test } from "vitest";
import { buildRunObjects } from "../build-run-objects.ts";
import type { Dind } from "../input/docker.ts";
import type { RunInput } from "../input/run-input.ts";
import { sampleInput } from "../sample-input.ts";

const DIND: Dind = { image: "docker:28-dind", resources: { requests: {}, limits: {} } };

function podOf(change: Partial<RunInput>): V1PodSpec {
  const spec = buildRunObjects({ ...sampleInput, dind: DIND, ...change }).job.spec?.template.spec;
  if (!spec) throw new Error("a Job without a pod");
  return spec;
}

const sidecar = (change: Partial<RunInput> = {}) => podOf(change).initContainers?.[0];
const agent = (change: Partial<RunInput> = {}) => podOf(change).containers[0];
const mountsOf = (container: ReturnType<typeof agent>) =>
  container?.volumeMounts?.map(({ name, mountPath }) => `${name} ${mountPath}`) ?? [];

test("no run has a Docker daemon unless it is asked for", () => {
  const { dind: _, ...without } = { ...sampleInput, dind: DIND };
  const text = JSON.stringify(buildRunObjects(without).job);
  expect(text).not.toMatch(/docker|initContainers|"privileged"/);
});

test("the daemon is privileged and root, and the agent is neither", () => {
  expect(sidecar()?.securityContext).toMatchObject({ privileged: true, runAsUser: 0 });
  expect(agent()).toEqual(
    expect.objectContaining({
      securityContext: buildRunObjects(sampleInput).job.spec?.template.spec?.containers[0]?.securityContext,
    }),
  );
  expect(podOf({}).securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000 });
});

test("the agent is told where the daemon listens, and its group may speak to it", () => {
  const user = { gid: 4000 };
  const [host] = agent({ user })?.env?.filter(({ name }) => name === "DOCKER_HOST") ?? [];
  expect(host?.value).toMatch(/^unix:\/\//);
  expect(sidecar({ user })?.args).toEqual(["dockerd", `--host=${host?.value}`, "--group=4000"]);
  expect(agent({ env: { DOCKER_HOST: "tcp://docker.example" } })?.env).not.toContainEqual(host);
});

test("the agent starts when the daemon answers, and a daemon that ends is started again", () => {
  expect(sidecar()).toMatchObject({
    restartPolicy: "Always",
    startupProbe: { exec: { command: ["docker", expect.stringMatching(/^--host=unix/), "version"] } },
  });
});

test("a folder that the agent hands to a container is the same to the daemon; the rest of the agent's is not", () => {
  expect(mountsOf(sidecar())).toEqual([
    "workspace /workspace",
    "tmp /tmp",
    "docker-socket /run/opencode-k8s-docker",
    "docker-data /var/lib/docker",
  ]);
  const shared = { dataClaim: { claimName: "paperclip", mountPath: "/paperclip" }, workingDir: "/paperclip/site" };
  expect(mountsOf(sidecar(shared))).toContain("data /paperclip");
  expect(mountsOf(agent())).toContain("docker-socket /run/opencode-k8s-docker");
  expect(mountsOf(agent())).not.toContain("docker-data /var/lib/docker");
});

test("what images and containers take of the node is bounded", () => {
  const sizeOf = (dind: Dind) => podOf({ dind }).volumes?.find(({ name }) => name === "docker-data")?.emptyDir;
  expect([sizeOf(DIND), sizeOf({ ...DIND, storage: "1Gi" })]).toEqual([{ sizeLimit: "20Gi" }, { sizeLimit: "1Gi" }]);
});

test.each<[Partial<Dind>, string]>([
  [{ image: " " }, "dind.image"],
  [{ image: "docker dind" }, "dind.image"],
  [{ storage: "much" }, "dind.storage"],
  [{ resources: { requests: { cpu: "2" }, limits: { cpu: "1" } } }, "dind.resources.requests.cpu"],
])("%j is refused by name", (change, field) => {
  expect(() => podOf({ dind: { ...DIND, ...change } })).toThrow(expect.objectContaining({ field }));
});
