import type { AdapterEnvironmentTestResult } from "@paperclipai/adapter-utils";
import { Cluster, type Fetch } from "@opencode-k8s/k8s-kit";
import { type ContainerIo, KubeSim, scriptedContainers, VirtualClock } from "@opencode-k8s/kube-sim";
import { describe, expect, test } from "vitest";
import { MARK } from "./probe/probe-program.ts";
import { testEnvironment, type TestOptions } from "./test-environment.ts";

const CONFIG = { model: "stub/m", namespace: "default", image: "opencode:1", paperclipApiUrl: "http://paperclip:3100" };

/** A pod that says that all is well. */
const well = ({ print }: ContainerIo): Promise<number> => {
  print(`${MARK} api.status 200\n${MARK} opencode.version 1.18.33\n`);
  return Promise.resolve(0);
};

interface Case {
  readonly config?: Record<string, unknown>;
  readonly script?: (io: ContainerIo) => Promise<number>;
  readonly prepare?: (sim: KubeSim) => unknown;
  /** The Job is made, and its answer gets lost. */
  readonly loseAnswer?: boolean;
  /** The API server takes requests with this in their method and address, and answers none. */
  readonly silent?: string;
  readonly server?: NonNullable<TestOptions["server"]>;
}

/** The test of an environment on a simulated cluster: what it says, what it took, and what is left three minutes later. */
async function tested({ config, script = well, prepare, loseAnswer, silent, server }: Case = {}): Promise<{
  result: AdapterEnvironmentTestResult;
  texts: string[];
  tookMs: number;
  left: string[];
  requests: string[];
}> {
  const clock = new VirtualClock();
  const sim = new KubeSim({ clock, runtime: scriptedContainers(script) });
  await clock.run(Promise.resolve(prepare?.(sim)));
  const call: Fetch = async (url, init) => {
    if (silent !== undefined && `${init.method} ${String(url)}`.includes(silent))
      await clock.sleep(3_600_000, init.signal ?? undefined);
    const response = await sim.fetch(url, { ...init, signal: loseAnswer ? null : (init.signal ?? null) });
    if (loseAnswer && init.method === "POST" && String(url).includes("/jobs"))
      await clock.sleep(3_600_000, init.signal ?? undefined);
    return response;
  };
  const transport = { call, stream: sim.fetch, headers: () => Promise.resolve({}), close: () => Promise.resolve() };
  const cluster = new Cluster({ server: "https://sim", transport, clock, random: () => 0.5 });
  const looking = new Cluster({ server: "https://sim", transport: { ...transport, call: sim.fetch }, clock });
  const ctx = { adapterType: "opencode_k8s", companyId: "company-1", config: { ...CONFIG, ...config } };
  const options = { clusterFor: () => cluster, clock, server: server ?? { env: {}, readText: () => undefined } };
  const result = await clock.run(testEnvironment(ctx, options));
  const tookMs = clock.monotonic();
  const requests = sim.requests.map(({ verb, resource }) => `${verb} ${resource}`);
  await clock.run(clock.sleep(180_000));
  const lists = [
    "/apis/batch/v1/namespaces/default/jobs",
    "/api/v1/namespaces/default/pods",
    "/api/v1/namespaces/default/secrets",
  ];
  const left = await clock.run(
    Promise.all(lists.map((path) => looking.request<{ items: { metadata: { name: string } }[] }>("GET", path))),
  );
  const texts = result.checks.map(({ level, code, message }) => `${level} ${code} ${message}`);
  return {
    result,
    texts,
    tookMs,
    requests,
    left: left.flatMap(({ items }) => items.map(({ metadata }) => metadata.name)),
  };
}

const saying = (text: string): unknown => expect.stringContaining(text);

test("all is well: a pod like a run's has said so, and nothing of it is left", async () => {
  const { result, texts, left, requests } = await tested();
  expect(texts).toEqual([
    saying("info k8s_reachable"),
    saying("info k8s_pod_admitted"),
    saying("info opencode_found The image has OpenCode 1.18.33"),
    saying("info paperclip_api_reachable"),
  ]);
  expect(result.status).toBe("pass");
  expect(left).toEqual([]);
  expect(requests.filter((request) => request === "create jobs")).toHaveLength(1);
});

describe("it takes less than 10 s, and leaves nothing behind, also when", () => {
  test.each<[string, Case, string]>([
    [
      "the image is still being pulled",
      { prepare: (sim) => sim.images.set("opencode:1", { kind: "remote", pullMs: 60_000 }) },
      "warn k8s_probe_unfinished The pod of the test did not start in time. ",
    ],
    [
      "the image cannot be pulled",
      { prepare: (sim) => sim.images.setMissing("opencode:1") },
      "error k8s_image_pull_failed",
    ],
    [
      "no node takes the pod",
      { config: { "resources.requests.cpu": "900", "resources.limits.cpu": "900" } },
      "warn k8s_pod_schedule_failed",
    ],
    [
      "a Secret of it is not there",
      { config: { envFrom: [{ secretRef: { name: "nobody" } }] } },
      "error k8s_container_config_error The pod of the test did not start. ",
    ],
    [
      "its program says only half of it",
      { script: async ({ print, sleep }) => (print(`${MARK} opencode.version 1.18.33\n`), await sleep(60_000), 0) },
      "warn paperclip_api_unknown",
    ],
    ["nobody heard that its Job was made", { loseAnswer: true }, "warn k8s_probe_unfinished No pod could be made"],
    ["the API server says nothing", { silent: "/" }, "error k8s_api_unreachable"],
    [
      "the API server says nothing of claims",
      { silent: "/persistentvolumeclaims/", config: { "dataClaim.claimName": "data" } },
      "warn k8s_not_known_in_time Whether the claims are there and fit was not found out in time.",
    ],
    [
      "the API server does not say what it thinks of the pod",
      { silent: "dryRun" },
      "warn k8s_not_known_in_time Whether a run's pod",
    ],
    ["it cannot delete its Job: that ends by itself", { silent: "DELETE" }, "info opencode_found"],
    ["the API server is away", { prepare: (sim) => sim.faults.restart(30_000) }, "error k8s_api_unreachable"],
  ])("%s", async (_, given, wanted) => {
    const { texts, tookMs, left } = await tested(given);
    expect(texts).toContainEqual(saying(wanted));
    expect(tookMs).toBeLessThan(10_000);
    expect(left).toEqual([]);
  });
});

describe("what is wrong with the configuration", () => {
  test("is told problem by problem, and nothing is asked", async () => {
    const { texts, requests } = await tested({ config: { model: "", timeoutSec: "soon" } });
    expect(texts).toEqual([
      saying("error configuration_incomplete model: "),
      saying("error configuration_incomplete timeoutSec: "),
    ]);
    expect(requests).toEqual([]);
  });

  test("is also what only the objects of a run show", async () => {
    const { texts } = await tested({ config: { serviceAccountName: "No Name" } });
    expect(texts).toEqual([saying("error configuration_incomplete serviceAccountName")]);
  });
});

test("nothing secret is in what is found, whoever says it", async () => {
  const config = { env: { GIT_TOKEN: "canary-of-the-agent" } };
  const script = async ({ print }: ContainerIo) => (print(`${MARK} opencode.failed with canary-of-the-agent\n`), 0);
  const { texts } = await tested({ config, script });
  expect(texts.join()).toContain("does not say its version: with ***");
  expect(texts.join()).not.toContain("canary");
});

test("an address that is the pod's own is told without a pod", async () => {
  const { texts } = await tested({ config: { paperclipApiUrl: "http://localhost:3100" } });
  expect(texts).toContainEqual(saying("warn paperclip_api_missing No pod reaches Paperclip at http://localhost:3100"));
  expect(texts.join()).not.toContain("paperclip_api_reachable");
});

test("what is taken from the Paperclip pod is told", async () => {
  const env = { KUBERNETES_SERVICE_HOST: "10.96.0.1", POD_NAME: "paperclip", POD_NAMESPACE: "default" };
  const pod = { metadata: { name: "paperclip" }, spec: { containers: [{ name: "paperclip", image: "paperclip:1" }] } };
  const prepare = (sim: KubeSim): unknown =>
    sim.fetch("https://sim/api/v1/namespaces/default/pods", { method: "POST", body: JSON.stringify(pod) });
  const { texts } = await tested({ prepare, server: { env, readText: () => undefined }, config: { image: "" } });
  expect(texts[0]).toMatch(
    /^info paperclip_pod_inherited From the Paperclip pod default\/paperclip: .*image paperclip:1/,
  );
});

test("a Paperclip pod that cannot be read is told: nothing is inherited from it", async () => {
  const server = { env: { KUBERNETES_SERVICE_HOST: "10.96.0.1" }, readText: () => undefined };
  const { texts } = await tested({ server });
  expect(texts[0]).toMatch(/^warn paperclip_pod_unreadable .* Until then nothing is inherited/);
});

test("the pod of the test mounts no claim: it binds none, and waits for none", async () => {
  const claim = { name: "more", mountPath: "/more", source: { persistentVolumeClaim: { claimName: "more" } } };
  const { texts } = await tested({ config: { "dataClaim.claimName": "data", extraVolumes: [claim] } });
  expect(texts.filter((text) => text.startsWith("error"))).toEqual([
    saying("error k8s_claim_missing The claim data"),
    saying("error k8s_claim_missing The claim more"),
  ]);
  expect(texts).toContainEqual(saying("info opencode_found"));
});
