import { describe, expect, test } from "vitest";
import { ConfigError, readRunConfig, type RunConfig } from "./index.ts";

const least = { model: "anthropic/claude", namespace: "agents", image: "opencode:1" };

const COMPANY = "21af2fa8-35b8-44e8-b97c-fb07edebb4af";
const read = (config: Record<string, unknown>): RunConfig => readRunConfig(config, COMPANY);

function problemsOf(config: Record<string, unknown>): Record<string, string> {
  try {
    read(config);
  } catch (error) {
    if (error instanceof ConfigError) return Object.fromEntries(error.problems.map(({ key, want }) => [key, want]));
    throw error;
  }
  return {};
}

test("model, namespace and image are enough; the rest has defaults", () => {
  expect(read(least)).toEqual({
    ...least,
    env: {},
    imagePullPolicy: "IfNotPresent",
    "resources.requests.cpu": "1000m",
    "resources.requests.memory": "2Gi",
    "resources.limits.cpu": "4000m",
    "resources.limits.memory": "8Gi",
    "dind.resources.requests.cpu": "100m",
    "dind.resources.requests.memory": "256Mi",
    "dind.resources.limits.cpu": "4000m",
    "dind.resources.limits.memory": "8Gi",
    timeoutSec: 0,
    graceSec: 60,
    ttlSecondsAfterFinished: 86_400,
    resumeLastSession: true,
    retainJobs: false,
    reattachOrphanedJobs: true,
    allowConcurrentTasks: false,
    extraArgs: [],
    dangerouslySkipPermissions: true,
    hideEnvironment: false,
    inheritPod: true,
    inheritEnv: [],
    imagePullSecrets: [],
    automountServiceAccountToken: false,
    nodeLostTimeoutSec: 60,
    apiOutageSec: 600,
    scheduleTimeoutSec: 120,
    imagePullTimeoutSec: 300,
    startTimeoutSec: 600,
    "dataClaim.mountPath": "/paperclip",
    "dataClaim.readOnly": false,
    agentDbStorageCapacity: "1Gi",
  });
});

describe("dotted keys", () => {
  test("are read flat, as the form stores them", () => {
    expect(read({ ...least, "resources.requests.cpu": "50m" })["resources.requests.cpu"]).toBe("50m");
  });
  test("and nested", () => {
    const config = { ...least, resources: { limits: { memory: "1Gi" } } };
    expect(read(config)["resources.limits.memory"]).toBe("1Gi");
  });
  test("the flat one wins: a form edits that", () => {
    const config = { ...least, "resources.limits.cpu": "2", resources: { limits: { cpu: "1" } } };
    expect(read(config)["resources.limits.cpu"]).toBe("2");
  });
});

test("text that means a number, a truth value or a quantity is taken as that", () => {
  const config = read({ ...least, timeoutSec: " 90 ", retainJobs: "true", "resources.requests.cpu": 2 });
  expect(config).toMatchObject({ timeoutSec: 90, retainJobs: true, "resources.requests.cpu": "2" });
});

test("a field that was left empty is not set", () => {
  expect(read({ ...least, kubeconfig: "", scheduleTimeoutSec: "", retainJobs: null })).toMatchObject({
    nodeLostTimeoutSec: 60,
    apiOutageSec: 600,
    scheduleTimeoutSec: 120,
    retainJobs: false,
  });
});

describe("the namespace", () => {
  test("may be one for each company", () => {
    expect(read({ ...least, namespace: "paperclip-{{company.id}}" }).namespace).toBe(`paperclip-${COMPANY}`);
  });
});

describe("node selector, labels and tolerations", () => {
  const asTyped = {
    nodeSelector: "disk=ssd\npool=agents",
    labels: "team: platform\ncost-centre: 12\n",
    tolerations: "- key: dedicated\n  operator: Equal\n  value: agents\n  effect: NoSchedule\n",
  };
  const meant = {
    nodeSelector: { disk: "ssd", pool: "agents" },
    labels: { team: "platform", "cost-centre": "12" },
    tolerations: [{ key: "dedicated", operator: "Equal", value: "agents", effect: "NoSchedule" }],
  };
  test("are lines or YAML", () => {
    expect(read({ ...least, ...asTyped })).toMatchObject(meant);
  });
  test("or JSON, as text or as data", () => {
    const json = Object.fromEntries(Object.entries(meant).map(([key, value]) => [key, JSON.stringify(value)]));
    expect(read({ ...least, ...json })).toMatchObject(meant);
    expect(read({ ...least, ...meant })).toMatchObject(meant);
  });
  test("or taints as kubectl has them, also with a comment between them", () => {
    const tolerations = "dedicated=agents:NoSchedule\n# and\nspot";
    expect(read({ ...least, tolerations }).tolerations).toEqual([
      { key: "dedicated", operator: "Equal", value: "agents", effect: "NoSchedule" },
      { key: "spot", operator: "Exists" },
    ]);
  });
});

test("lists may be texts: names with blanks or commas between them, arguments with blanks only", () => {
  const config = read({ ...least, imagePullSecrets: "one, two\nthree", extraArgs: "--agent build --file=a,b" });
  expect(config).toMatchObject({
    imagePullSecrets: ["one", "two", "three"],
    extraArgs: ["--agent", "build", "--file=a,b"],
  });
});

describe("defaults from elsewhere", () => {
  const defaults = { namespace: "theirs", image: "theirs:1", retainJobs: true };

  test("come before the keys' own, and after what is configured", () => {
    const config = readRunConfig({ model: "a/b", image: "mine:1" }, COMPANY, defaults);
    expect(config).toMatchObject({ namespace: "theirs", image: "mine:1", retainJobs: true });
  });

  test("are checked as if they were configured", () => {
    const read = (): unknown => readRunConfig({ model: "a/b", imageAllowlist: "mine:*" }, COMPANY, defaults);
    expect(read).toThrow(/image: name an image that imageAllowlist allows.*theirs:1/);
  });
});

test("an image that the allowlist has may be used, and no other", () => {
  const imageAllowlist = "registry.example.com/agents/* opencode:*";
  expect(read({ ...least, imageAllowlist }).image).toBe("opencode:1");
  const want = "name an image that imageAllowlist allows, which are registry.example.com/agents/*, opencode:*";
  expect(problemsOf({ ...least, imageAllowlist, image: "evil:1" })).toEqual({ image: want });
  expect(problemsOf({ ...least, imageAllowlist, "dind.image": "docker:28-dind" })).toEqual({ "dind.image": want });
});

test.each([
  [{ model: undefined }, "model", /provider\/model/],
  [{ model: "claude" }, "model", /provider\/model/],
  [{ model: "/claude" }, "model", /provider\/model/],
  [{ model: 7 }, "model", /provider\/model/],
  [{ namespace: undefined }, "namespace", /namespace/],
  [{ namespace: "Not_One" }, "namespace", /lower-case/],
  [{ namespace: "../kube-system" }, "namespace", /lower-case/],
  [{ namespace: "{{agent.name}}" }, "namespace", /\{\{company\.id\}\}/],
  [{ namespace: "a".repeat(64) }, "namespace", /63/],
  [{ labels: "paperclip.io/agent-id=me" }, "labels", /reserved/],
  [{ labels: "team" }, "labels", /key=value/],
  [{ nodeSelector: "disk=a b" }, "nodeSelector", /letters, digits/],
  [{ tolerations: "[{" }, "tolerations", /JSON/],
  [{ tolerations: [{ key: "a", effect: "Never" }] }, "tolerations", /effect is "Never".*NoSchedule/],
  [{ imagePullSecrets: 5 }, "imagePullSecrets", /Secrets/],
  [{ extraArgs: [1] }, "extraArgs", /arguments/],
  [{ affinity: "high" }, "affinity", /PodSpec/],
  [{ annotations: { a: 1 } }, "annotations", /a: .*quotes/],
  [{ dnsPolicy: "Some" }, "dnsPolicy", /ClusterFirst/],
  [{ dnsConfig: "nameservers: 10.0.0.10" }, "dnsConfig", /nameservers: .*PodSpec/],
  [{ inheritEnv: 7 }, "inheritEnv", /names of variables/],
  [{ paperclipApiUrl: "paperclip:3100" }, "paperclipApiUrl", /http:\/\//],
  [{ affinity: "a: [" }, "affinity", /YAML or JSON/],
  [{ extraVolumes: [{ name: "a" }] }, "extraVolumes", /0\.source: /],
  [{ envValueFrom: { A: "b" } }, "envValueFrom", /A: give an object/],
  [{ envFrom: { secretRef: {} } }, "envFrom", /list/],
  [{ providerKeys: "anthropic" }, "providerKeys", /JSON object/],
  [{ authJson: "{" }, "authJson", /YAML or JSON/],
  [{ kubeconfigText: "/etc/kube/config" }, "kubeconfigText", /--raw --flatten/],
  [{ kubeconfigText: "users: [{ user: { exec: { command: sh } } }]" }, "kubeconfigText", /no exec/],
  [{ kubeconfigText: { users: [{ user: { tokenFile: "/token" } }] } }, "kubeconfigText", /tokenFile/],
  [{ kubeconfigText: "clusters: [{ cluster: { certificate-authority: /ca } }]" }, "kubeconfigText", /paths/],
  [{ "dataClaim.readOnly": "so" }, "dataClaim.readOnly", /true or false/],
  [{ maxOutputBytes: 0 }, "maxOutputBytes", /bytes/],
  [{ "user.uid": 0 }, "user.uid", /root/],
  [{ user: { fsGroup: "staff" } }, "user.fsGroup", /number/],
  [{ "scratch.tmp": "big" }, "scratch.tmp", /quantity/],
  [{ dangerouslySkipPermissions: "perhaps" }, "dangerouslySkipPermissions", /true or false/],
  [{ image: undefined }, "image", /image/],
  [{ image: "a b" }, "image", /spaces/],
  [{ imagePullPolicy: "Sometimes" }, "imagePullPolicy", /IfNotPresent/],
  [{ "resources.requests.cpu": "a lot" }, "resources.requests.cpu", /quantity such as 500m/],
  [{ "resources.limits.memory": "8Gib" }, "resources.limits.memory", /quantity such as 8Gi/],
  [{ resources: { limits: { memory: "-1" } } }, "resources.limits.memory", /quantity/],
  [{ timeoutSec: "soon" }, "timeoutSec", /whole seconds/],
  [{ timeoutSec: -1 }, "timeoutSec", /whole seconds/],
  [{ graceSec: 1.5 }, "graceSec", /whole seconds/],
  [{ scheduleTimeoutSec: 0 }, "scheduleTimeoutSec", /1 or more/],
  [{ agentDbMode: "shared" }, "agentDbMode", /workspace_subpath/],
  [{ env: ["A=1"] }, "env", /object/],
  [{ env: { A: { type: "secret_ref" } } }, "env.A", /text/],
])("%j is a problem of %s", (config, key, want) => {
  expect(problemsOf({ ...least, ...config })[key]).toMatch(want);
});

test.each(["authJson", "kubeconfigText", "mcpServers", "providerKeys", "affinity", "extraVolumes"])(
  "YAML that refers to itself, or that would grow without end, is a problem of %s, and is not followed",
  (key) => {
    const levels = Array.from({ length: 60 }, (_, level) => `l${level}: &l${level} [*l${level - 1}, *l${level - 1}]`);
    const bomb = ["l-1: &l-1 x", ...levels].join("\n");
    for (const text of ["a: &a { b: *a }", bomb]) {
      expect(problemsOf({ ...least, [key]: text })[key]).toMatch(/without aliases/);
    }
  },
);

test("what Paperclip's form has stored in the place of a value is no value, also where any text would do", () => {
  const problems = problemsOf({ ...least, maxTokens: "***REDACTED***", imagePullSecrets: "***REDACTED***" });
  expect(Object.keys(problems).toSorted()).toEqual(["imagePullSecrets", "maxTokens"]);
  expect(problems.imagePullSecrets).toContain("give the value again");
});

test("all problems are told at once, with the key, what it got and what it wants", () => {
  const config = { namespace: "agents", image: "opencode:1", model: "claude", timeoutSec: "soon" };
  expect(Object.keys(problemsOf(config))).toEqual(["model", "timeoutSec"]);
  expect(() => read(config)).toThrow(
    'model: give the model as provider/model, for example anthropic/claude-sonnet-4-5 (got "claude")',
  );
});

test.each(["canary", "{ canary: [", "{ a: { canary: 1 } }", "[canary]", "a: *canary"])(
  "of a secret that is wrong no word is repeated: %s",
  (secret) => {
    const config = { ...least, providerKeys: secret, authJson: `${secret} {`, kubeconfigText: `${secret} {` };
    expect(() => read(config)).toThrow(/kubeconfigText: .*providerKeys: .*authJson: /);
    expect(() => read(config)).not.toThrow(/canary/);
  },
);

test("nor is what stands where a reference to a secret should", () => {
  const config = { ...least, envValueFrom: "TOKEN: canary", envFrom: [{ secretRef: "canary" }] };
  expect(() => read(config)).toThrow(/envValueFrom: .*envFrom: /);
  expect(() => read(config)).not.toThrow(/canary/);
});
