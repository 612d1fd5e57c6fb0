import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { V1PolicyRule } from "@kubernetes/client-node";
import { buildInstallation } from "@opencode-k8s/job-manifest";
import type { Cluster } from "@opencode-k8s/k8s-kit";
import { testEnvironment } from "paperclip-adapter-opencode-k8s/environment-test";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clusterWithRules, openClusterWorld, settings, SHELL_IMAGE, type World } from "./world/index.ts";

/** What a cluster takes at worst to act on a Role, or to forget what was deleted; milliseconds. */
const PATIENCE_MS = 300_000;
/** For the adapter's own bound, which is for people who wait at a form, and not for a busy machine; milliseconds. */
const WITHIN_MS = 600_000;

const cleanUp = new AsyncDisposableStack();
let world: World;
let paperclipApiUrl: string;

beforeAll(async () => {
  world = cleanUp.use(await openClusterWorld(settings()));
  const paperclip = createServer(({ url }, response) => response.writeHead(url === "/api/health" ? 200 : 404).end());
  await new Promise<void>((resolve) => paperclip.listen(0, settings().hostIp, resolve));
  cleanUp.defer(() => {
    paperclip.closeAllConnections();
    paperclip.close();
  });
  paperclipApiUrl = `http://${settings().hostIp}:${(paperclip.address() as AddressInfo).port}`;
});
afterAll(() => cleanUp.disposeAsync());

/** Paperclip's test of an agent's environment, with parts of its configuration replaced: its status, and each finding as text. */
async function tested(
  config: Record<string, unknown> = {},
  cluster?: Cluster,
): Promise<{ status: string; findings: string[] }> {
  const { status, checks } = await testEnvironment(
    {
      adapterType: "opencode_k8s",
      companyId: "company",
      config: { ...world.parts.config("text"), paperclipApiUrl, ...config },
    },
    { withinMs: WITHIN_MS, ...(cluster ? { clusterFor: () => cluster } : {}) },
  );
  return {
    status,
    findings: checks.map(({ level, code, message, hint }) => `${level} ${code} ${message} ${hint ?? ""}`),
  };
}

const saying = (text: RegExp): unknown => expect.stringMatching(text);

function ruleText({ apiGroups: [group = ""] = [], resources: [resource = ""] = [], verbs }: V1PolicyRule): string {
  return `Add to its Role: - { apiGroups: [${group || '""'}], resources: [${resource}], verbs: [${verbs.join(", ")}] }`;
}

/** The findings about rights, each as its level and its rule. */
function missing(findings: readonly string[]): string[] {
  return findings
    .filter((finding) => finding.includes(" k8s_right_missing "))
    .map((finding) => finding.replace(/ .*?(?=Add to)/, " "));
}

/** Part of a configuration: a namespace of its own that has these objects, by their resources; for an admin. */
async function namespaceWith(objects: Record<string, object>): Promise<Record<string, unknown>> {
  const { admin } = world.parts;
  const name = `e2e-${randomBytes(4).toString("hex")}`;
  const metadata = { name, labels: { "opencode-k8s/e2e": "scenario" } };
  await admin.request("POST", "/api/v1/namespaces", { body: { metadata } });
  cleanUp.defer(() => admin.request("DELETE", `/api/v1/namespaces/${name}`));
  for (const [resource, body] of Object.entries(objects))
    await admin.request("POST", `/api/v1/namespaces/${name}/${resource}`, { body });
  return { namespace: name, kubeconfig: settings().kubeconfig };
}

describe.concurrent("the test of an environment", () => {
  test("with the Role of an installation a run has what it needs: OpenCode and Paperclip are found; what would only help is named", async () => {
    // The cluster by the content of a kubeconfig: how somebody configures it who has no file on Paperclip's server.
    const { kubeconfig } = world.parts.config("text");
    const kubeconfigText = await readFile(String(kubeconfig), "utf8");
    const { status, findings } = await tested({ kubeconfig: undefined, kubeconfigText });
    expect(findings.filter((finding) => finding.startsWith("error"))).toEqual([]);
    expect(status).toBe("warn");
    expect(missing(findings)).toEqual([
      `warn ${ruleText({ apiGroups: [""], resources: ["pods"], verbs: ["delete"] })}`,
    ]);
    expect(findings).toEqual(
      expect.arrayContaining([
        saying(/^info k8s_reachable /),
        saying(/^info opencode_found The image has OpenCode \d+\.\d+\.\d+/),
        saying(/^info paperclip_api_reachable /),
        // What the Role gives no right to is said, and fails nothing.
        saying(/^info k8s_pod_admission_unknown .*resources: \[pods\], verbs: \[create\]/),
        saying(/^info k8s_quota_unknown .*resources: \[resourcequotas\], verbs: \[list\]/),
      ]),
    );
  });

  test("with the rights to ask before, and to help, nothing is left to say", async () => {
    const { namespace, admin } = world.parts;
    const features = { databaseClaims: true, explainPending: true, shortenGrace: true, askBefore: true };
    const { role } = buildInstallation({ namespace, features });
    const cluster = await clusterWithRules(admin, settings().kubeconfig, namespace, role.rules ?? []);
    cleanUp.defer(() => cluster.close());
    let last: Awaited<ReturnType<typeof tested>> | undefined;
    await world.eventually(PATIENCE_MS, "the Role has effect", async () => {
      last = await tested({}, cluster);
      return missing(last.findings).length === 0;
    });
    const codes = last?.findings.map((finding) => finding.split(" ").slice(0, 2).join(" "));
    expect(codes).toEqual([
      "info k8s_reachable",
      "info k8s_pod_admitted",
      "info opencode_found",
      "info paperclip_api_reachable",
    ]);
    expect(last?.status).toBe("pass");
  });

  test("with no right at all each rule of the Role is named, and those that would only help", async () => {
    const { status, findings } = await tested({ kubeconfig: await world.parts.kubeconfig("denied") });
    expect(status).toBe("fail");
    const { rights } = buildInstallation({ namespace: world.parts.namespace, features: {} });
    const found = missing(findings);
    expect(found.filter((right) => right.startsWith("error"))).toEqual(
      rights.map(({ rule }) => `error ${ruleText(rule)}`),
    );
    expect(found.filter((right) => right.startsWith("warn"))).toEqual([
      `warn ${ruleText({ apiGroups: [""], resources: ["events"], verbs: ["list"] })}`,
      `warn ${ruleText({ apiGroups: [""], resources: ["pods"], verbs: ["delete"] })}`,
    ]);
    expect(findings.filter((finding) => finding.startsWith("error"))).toHaveLength(rights.length);
  });

  test("with a Role that lacks one rule exactly that one is named, and no pod is made", async () => {
    const { namespace, admin } = world.parts;
    const { rights: helpful } = buildInstallation({
      namespace,
      features: { explainPending: true, shortenGrace: true },
    });
    const { rights } = buildInstallation({ namespace, features: {} });
    await Promise.all(
      rights.map(async ({ rule, reason }) => {
        const rules = helpful.filter((right) => right.reason !== reason).map((right) => right.rule);
        const cluster = await clusterWithRules(admin, settings().kubeconfig, namespace, rules);
        cleanUp.defer(() => cluster.close());
        let last: string[] = [];
        await world.eventually(PATIENCE_MS, `the Role without ${ruleText(rule)} has effect`, async () => {
          last = (await tested({}, cluster)).findings;
          return missing(last).length === 1;
        });
        expect(missing(last)).toEqual([`error ${ruleText(rule)}`]);
        expect(last).toContainEqual(saying(/^info k8s_probe_skipped .*lacks rights/));
      }),
    );
  });

  test("an image without OpenCode is found, and Paperclip all the same", async () => {
    const { status, findings } = await tested({ image: SHELL_IMAGE });
    expect(status).toBe("fail");
    expect(findings).toContainEqual(saying(/^error opencode_missing .*has no executable opencode in its PATH/));
    expect(findings).toContainEqual(saying(/^info paperclip_api_reachable /));
  });

  test("an address at which nobody answers a pod is found", async () => {
    const { status, findings } = await tested({ paperclipApiUrl: `http://${settings().hostIp}:1`, image: SHELL_IMAGE });
    expect(status).toBe("fail");
    expect(findings).toContainEqual(saying(/^error paperclip_api_unreachable No pod reaches .*Set paperclipApiUrl/));
  });

  test.each([
    ["asked, where the adapter may", true],
    ["tried, where it may not", false],
  ])("a namespace that enforces restricted refuses a Docker daemon: it is %s", async (_, mayAsk) => {
    const config = { "dind.image": "docker:28-dind", ...(mayAsk ? { kubeconfig: settings().kubeconfig } : {}) };
    const { status, findings } = await tested(config);
    expect(status).toBe("fail");
    expect(findings).toContainEqual(saying(/^error k8s_pod_security .*violates PodSecurity.*remove dind\.image/));
  });

  test("a quota that is too small, and limits that a run does not fit in, are found with their numbers", async () => {
    const place = await namespaceWith({
      resourcequotas: { metadata: { name: "small" }, spec: { hard: { "requests.cpu": "500m", pods: "9" } } },
      limitranges: { metadata: { name: "narrow" }, spec: { limits: [{ type: "Container", max: { memory: "1Gi" } }] } },
    });
    const { status, findings } = await tested({ ...place, "resources.requests.cpu": "1" });
    expect(status).toBe("fail");
    expect(findings).toContainEqual(
      saying(/^error k8s_quota_too_small A run asks for 1 of requests\.cpu, and .*small.* has 500m/),
    );
    expect(findings).toContainEqual(
      saying(/^error k8s_limit_range The LimitRange narrow: container opencode may take 8Gi/),
    );
    expect(findings).toContainEqual(saying(/^info k8s_probe_skipped /));
  });

  test("a claim that is missing, and one for a single node, are found; and Secrets that nobody made", async () => {
    const storageClassName = settings().storageClass;
    const spec = { accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage: "1Mi" } } };
    const place = await namespaceWith({ persistentvolumeclaims: { metadata: { name: "data" }, spec } });
    const more = { name: "more", mountPath: "/more", source: { persistentVolumeClaim: { claimName: "gone" } } };
    const { status, findings } = await tested({
      ...place,
      image: SHELL_IMAGE,
      "dataClaim.claimName": "data",
      extraVolumes: [more],
      imagePullSecrets: "nobody",
    });
    expect(status).toBe("fail");
    expect(findings).toContainEqual(saying(/^warn k8s_claim_one_node The claim data .*ReadWriteOnce.*ReadWriteMany/));
    expect(findings).toContainEqual(saying(/^error k8s_claim_missing The claim gone \(extraVolumes \(more\)\)/));
    expect(findings).toContainEqual(saying(/^warn k8s_reference_missing The Secret nobody is not there/));
  });

  test("a class and a namespace that are not there are found", async () => {
    const config = {
      kubeconfig: settings().kubeconfig,
      agentDbMode: "dedicated_pvc",
      agentDbStorageClass: "no-such-class",
    };
    const { findings } = await tested({ ...config, namespace: "e2e-no-such-namespace" });
    expect(findings).toContainEqual(saying(/^error database_class_missing There is no StorageClass no-such-class/));
    expect(findings).toContainEqual(saying(/^error k8s_namespace_missing There is no namespace e2e-no-such-namespace/));
  });
});

test("nothing is left of all these tests", async () => {
  await world.eventually(PATIENCE_MS, "Jobs, pods and Secrets are gone", async () => {
    const { jobs, pods, secrets } = await world.objects();
    return jobs.length + pods.length + secrets.length === 0;
  });
});
