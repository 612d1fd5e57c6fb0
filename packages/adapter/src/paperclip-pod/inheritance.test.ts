import { collectionPath, type Job, type Pod, type Secret } from "@opencode-k8s/k8s-kit";
import { expect, test } from "vitest";
import { PAPERCLIP_ENV, PAPERCLIP_POD } from "../../test/paperclip-pod.ts";
import { ANSWER, printLines, receiptFor, type SimRun, simRun } from "../../test/sim-run.ts";

/** A run beside the Paperclip pod, with as little configuration as there can be. */
async function besidePaperclip(config: Record<string, unknown> = {}, lines = ANSWER): Promise<SimRun> {
  const run = simRun({
    script: (io) => {
      printLines(io, [...lines, receiptFor(lines)]);
      return Promise.resolve(0);
    },
    config: { model: "anthropic/claude", namespace: undefined, image: undefined, retainJobs: true, ...config },
    server: { env: PAPERCLIP_ENV, readText: () => undefined },
  });
  const { cluster, clock } = run;
  const create = (path: string, body: unknown): Promise<unknown> => clock.run(cluster.request("POST", path, { body }));
  await create("/api/v1/namespaces", { metadata: { name: "paperclip" } });
  await create(collectionPath.secrets("paperclip"), { metadata: { name: "company-ca" }, data: { "ca.crt": "" } });
  await create(collectionPath.claims("paperclip"), {
    metadata: { name: "paperclip-data" },
    spec: { accessModes: ["ReadWriteMany"], resources: { requests: { storage: "1Gi" } } },
  });
  await create(collectionPath.pods("paperclip"), { ...PAPERCLIP_POD, spec: simulated(PAPERCLIP_POD.spec) });
  return run;
}

/** Without what the simulated node and its kubelet do not know; and never started: only the agent's pod plays the script. */
function simulated(spec: Pod["spec"]): Partial<Pod["spec"]> {
  const {
    nodeSelector: _selector,
    affinity: _affinity,
    runtimeClassName: _runtime,
    ...rest
  } = spec ?? { containers: [] };
  const tooMuch = { requests: { cpu: "1000" } };
  return {
    ...rest,
    containers: rest.containers.map((container) => ({ ...container, resources: tooMuch })),
    volumes: (rest.volumes ?? []).map((volume) =>
      volume.configMap ? { name: volume.name, secret: { secretName: "company-ca" } } : volume,
    ),
  };
}

test("a model is all that an agent needs: its Job is made from the Paperclip pod, and the run says from what", async () => {
  const run = await besidePaperclip();
  expect(await run.result()).toMatchObject({ exitCode: 0, summary: "Done." });

  const list = <T>(path: string): Promise<{ items: T[] }> => run.clock.run(run.cluster.request("GET", path));
  const [job] = (await list<Job>(collectionPath.jobs("paperclip"))).items;
  const container = job?.spec?.template.spec?.containers[0];
  expect(job?.spec?.template.spec).toMatchObject({
    imagePullSecrets: [{ name: "registry" }],
    securityContext: { runAsUser: 1001, runAsGroup: 1001, fsGroup: 2000 },
  });
  expect(container).toMatchObject({ image: "registry.example.com/paperclip:2026.916.1" });
  expect(container?.volumeMounts).toContainEqual({ name: "data", mountPath: "/paperclip", subPath: "live" });
  expect(JSON.stringify(job)).not.toContain("canary");

  const { items } = await list<Secret>(collectionPath.secrets("paperclip"));
  const values = items.flatMap(({ data }) => Object.values(data ?? {}).map((value) => atob(value))).join("\n");
  expect(values).toContain("canary-anthropic");
  expect(values).not.toMatch(/canary-(database|auth)/);

  const notes = run.notes.join("");
  for (const inherited of ["image registry.example.com", "dataClaim.claimName paperclip-data", "the key of anthropic"])
    expect(notes).toContain(inherited);
  expect(notes).toMatch(/Not passed on .*DATABASE_URL/);
  expect(notes).not.toContain("canary");
});

test("what an agent says of a secret that it inherited is masked", async () => {
  const told = ANSWER.map((line) => line.replace("Done.", "It is canary-auth, and canary-anthropic."));
  const run = await besidePaperclip({ inheritEnv: "BETTER_AUTH_SECRET" }, told);
  const body = { metadata: { name: "paperclip" }, data: { auth: btoa("canary-auth") } };
  await run.clock.run(run.cluster.request("POST", collectionPath.secrets("paperclip"), { body }));
  const result = await run.result();
  expect(run.lines.join("")).toContain("It is");
  expect(run.lines.join("") + JSON.stringify(result)).not.toContain("canary");
});

test("a run asks for the pod once, and the next one not at all", async () => {
  const run = await besidePaperclip();
  const asked = (): number =>
    run.sim.requests.filter(({ verb, name }) => verb === "get" && name === PAPERCLIP_POD.metadata?.name).length;
  await run.result();
  expect(asked()).toBe(1);
  await run.result();
  expect(asked()).toBe(1);
});

test("without the right to get the pod nothing begins, and the rule that is missing is named", async () => {
  const run = await besidePaperclip();
  run.sim.access.deny({ verb: "get", resource: "pods" });
  expect(await run.result()).toMatchObject({
    errorCode: "configuration_incomplete",
    errorMessage: expect.stringMatching(/namespace: .*"verbs":\["get"\].*image: /) as string,
  });
});
