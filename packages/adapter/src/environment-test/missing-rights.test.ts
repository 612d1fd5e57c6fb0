import { buildInstallation } from "@opencode-k8s/job-manifest";
import { Cluster, type Fetch } from "@opencode-k8s/k8s-kit";
import { KubeSim, scriptedContainers, VirtualClock } from "@opencode-k8s/kube-sim";
import { expect, test } from "vitest";
import { readRunConfig } from "../config/index.ts";
import { toCheck } from "./finding.ts";
import { missingRights } from "./missing-rights.ts";

const NAMESPACE = "default";
const EVERYTHING = { databaseClaims: true, networkPolicies: true, explainPending: true, shortenGrace: true };
const { rules: ALL = [] } = buildInstallation({ namespace: NAMESPACE, features: EVERYTHING }).role;

type Rules = typeof ALL;

/** What is found, where the adapter's identity has these rules in the namespace. */
async function found(rules: Rules, config: Record<string, unknown> = {}): Promise<string[]> {
  const clock = new VirtualClock();
  const sim = new KubeSim({ clock, runtime: scriptedContainers(() => Promise.resolve(0)) });
  const own = rules.map(({ apiGroups = [], resources = [], verbs }) => ({ apiGroups, resources, verbs }));
  sim.access.addUser("token", { name: "adapter", namespace: NAMESPACE, rules: own });
  const call: Fetch = (url, init) => sim.fetch(url, init);
  const transport = {
    call,
    stream: call,
    headers: () => Promise.resolve({ authorization: "Bearer token" }),
    close: () => Promise.resolve(),
  };
  const cluster = new Cluster({ server: "https://sim", transport, clock, random: () => 0.5 });
  const least = { model: "stub/m", namespace: NAMESPACE, image: "opencode:1" };
  const read = readRunConfig({ ...least, ...config }, "company-1");
  const checks = await clock.run(missingRights(cluster, read, new AbortController().signal));
  return checks.map(toCheck).map(({ level, message, hint }) => `${level} | ${message} | ${hint}`);
}

test("the rules of an installation are all that is needed", async () => {
  expect(await found(ALL)).toEqual([]);
  const least = buildInstallation({ namespace: NAMESPACE, features: { explainPending: true, shortenGrace: true } });
  expect(await found(least.role.rules ?? [])).toEqual([]);
});

test("a verb that is lacking is named with its purpose, and with the rule to add", async () => {
  const rules = ALL.map((rule) =>
    rule.resources?.includes("jobs") ? { ...rule, verbs: rule.verbs.filter((verb) => verb !== "patch") } : rule,
  );
  expect(await found(rules)).toEqual([
    "error | The adapter may not patch jobs in namespace default: a Job is created suspended, and resumed by the one who holds the agent's Lease. | " +
      "Add to its Role: - { apiGroups: [batch], resources: [jobs], verbs: [patch] }",
  ]);
});

test.each(ALL.flatMap((rule, at) => rule.verbs.map((verb) => ({ at, verb, resource: rule.resources?.[0] ?? "" }))))(
  "without $verb on $resource exactly that is found",
  async ({ at, verb, resource }) => {
    const rules = ALL.map((rule, index) =>
      index === at ? { ...rule, verbs: rule.verbs.filter((each) => each !== verb) } : rule,
    );
    const config = { agentDbMode: "dedicated_pvc", agentDbStorageClass: "fast", networkPolicy: { dns: { cidrs: [] } } };
    const checks = await found(rules, config);
    expect(checks).toEqual([expect.stringContaining(`may not ${verb} ${resource} in namespace default`)]);
  },
);

test("without a right that only helps a run goes on: a warning", async () => {
  const rules = ALL.filter(({ resources }) => !resources?.includes("events"));
  expect(await found(rules)).toEqual([expect.stringMatching(/^warn \| The adapter may not list events/)]);
});

test("what the configuration does not use is not asked for", async () => {
  const rules = ALL.filter(({ resources }) => !resources?.includes("networkpolicies"));
  expect(await found(rules)).toEqual([]);
  expect(await found(rules, { networkPolicy: { dns: { cidrs: [] } } })).toEqual([
    expect.stringMatching(/^error \| The adapter may not create, update networkpolicies/),
  ]);
});
