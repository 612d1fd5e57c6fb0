import { describe, expect, test } from "vitest";
import { ConfigError, readRunConfig } from "./index.ts";

const least = { model: "anthropic/claude", namespace: "agents", image: "opencode:1" };

function problemsOf(config: Record<string, unknown>): Record<string, string> {
  try {
    readRunConfig(config);
  } catch (error) {
    if (error instanceof ConfigError) return Object.fromEntries(error.problems.map(({ key, want }) => [key, want]));
    throw error;
  }
  return {};
}

test("model, namespace and image are enough; the rest has defaults", () => {
  expect(readRunConfig(least)).toEqual({
    ...least,
    env: {},
    imagePullPolicy: "IfNotPresent",
    "resources.requests.cpu": "1000m",
    "resources.requests.memory": "2Gi",
    "resources.limits.cpu": "4000m",
    "resources.limits.memory": "8Gi",
    timeoutSec: 0,
    graceSec: 60,
    ttlSecondsAfterFinished: 86_400,
    retainJobs: false,
    scheduleTimeoutSec: 120,
    imagePullTimeoutSec: 300,
    startTimeoutSec: 600,
    agentDbMode: "ephemeral",
    agentDbStorageCapacity: "1Gi",
  });
});

describe("dotted keys", () => {
  test("are read flat, as the form stores them", () => {
    expect(readRunConfig({ ...least, "resources.requests.cpu": "50m" })["resources.requests.cpu"]).toBe("50m");
  });
  test("and nested", () => {
    const config = { ...least, resources: { limits: { memory: "1Gi" } } };
    expect(readRunConfig(config)["resources.limits.memory"]).toBe("1Gi");
  });
  test("the flat one wins: a form edits that", () => {
    const config = { ...least, "resources.limits.cpu": "2", resources: { limits: { cpu: "1" } } };
    expect(readRunConfig(config)["resources.limits.cpu"]).toBe("2");
  });
});

test("text that means a number, a truth value or a quantity is taken as that", () => {
  const config = readRunConfig({ ...least, timeoutSec: " 90 ", retainJobs: "true", "resources.requests.cpu": 2 });
  expect(config).toMatchObject({ timeoutSec: 90, retainJobs: true, "resources.requests.cpu": "2" });
});

test("a field that was left empty is not set", () => {
  expect(readRunConfig({ ...least, kubeconfig: "", scheduleTimeoutSec: "", agentDbMode: null })).toMatchObject({
    scheduleTimeoutSec: 120,
    agentDbMode: "ephemeral",
  });
});

test.each([
  [{ model: undefined }, "model", /provider\/model/],
  [{ model: "claude" }, "model", /provider\/model/],
  [{ model: "/claude" }, "model", /provider\/model/],
  [{ model: 7 }, "model", /provider\/model/],
  [{ namespace: undefined }, "namespace", /namespace/],
  [{ namespace: "Not_One" }, "namespace", /lower-case/],
  [{ namespace: "../kube-system" }, "namespace", /lower-case/],
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
  [{ agentDbMode: "shared" }, "agentDbMode", /ephemeral or dedicated_pvc/],
  [{ env: ["A=1"] }, "env", /object/],
  [{ env: { A: { type: "secret_ref" } } }, "env.A", /text/],
])("%j is a problem of %s", (config, key, want) => {
  expect(problemsOf({ ...least, ...config })[key]).toMatch(want);
});

test("all problems are told at once, with the key, what it got and what it wants", () => {
  const config = { namespace: "agents", image: "opencode:1", model: "claude", timeoutSec: "soon" };
  expect(Object.keys(problemsOf(config))).toEqual(["model", "timeoutSec"]);
  expect(() => readRunConfig(config)).toThrow(
    'model: give the model as provider/model, for example anthropic/claude-sonnet-4-5 (got "claude")',
  );
});
