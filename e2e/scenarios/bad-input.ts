import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { World } from "../world/index.ts";
import type { Fault, Scenario } from "./scenario.ts";

/** The adapter's own bound on reaching the cluster is 10 s; besides, a real machine may be slow. Milliseconds. */
const BOUND_MS = { sim: 15_000, cluster: 120_000 };

interface BadInput {
  readonly name: string;
  /** What is wrong with the configuration. */
  config(world: World): Promise<Record<string, unknown>> | Record<string, unknown>;
  readonly code: string;
  /** Key, value and remedy, as the message must name them. */
  readonly says: readonly (string | RegExp)[];
}

const INPUTS: readonly BadInput[] = [
  {
    name: "no model",
    config: () => ({ model: undefined }),
    code: "configuration_incomplete",
    says: ["model: give the model as provider/model", "got nothing"],
  },
  {
    name: "a model without a slash",
    config: () => ({ model: "sonnet" }),
    code: "configuration_incomplete",
    says: ["model: give the model as provider/model", '"sonnet"'],
  },
  {
    name: "a kubeconfig that does not exist",
    config: () => ({ kubeconfig: "/nowhere/kubeconfig" }),
    code: "configuration_incomplete",
    says: ["kubeconfig: ", "/nowhere/kubeconfig", "ENOENT", "give the path of a readable kubeconfig"],
  },
  {
    name: "a cluster that refuses",
    config: async (world) => ({ kubeconfig: await world.parts.kubeconfig("refused") }),
    code: "k8s_api_unreachable",
    says: [/the API server https:.*: .*ECONNREFUSED/, "the server of the key kubeconfig is up"],
  },
  {
    name: "a cluster that denies",
    config: async (world) => ({ kubeconfig: await world.parts.kubeconfig("denied") }),
    code: "k8s_concurrency_guard_unreachable",
    says: [
      /User ".*powerless" cannot list/,
      "Grant the right to the identity of the key kubeconfig",
      "list and watch of jobs",
    ],
  },
  {
    name: "a namespace that does not exist",
    config: async (world) => ({
      kubeconfig: await world.parts.kubeconfig("admin"),
      namespace: `${world.parts.namespace}-missing`,
    }),
    code: "configuration_incomplete",
    says: [/namespace: name a namespace that exists/, "-missing", "kubectl create namespace"],
  },
  {
    name: "a resource quantity that is none",
    config: () => ({ "resources.limits.memory": "8 gigabytes" }),
    code: "configuration_incomplete",
    says: ["resources.limits.memory: give a Kubernetes quantity such as 8Gi", '"8 gigabytes"'],
  },
  {
    name: "a NUL byte in a variable",
    config: () => ({ env: { SPOILT: "one\0two" } }),
    code: "configuration_incomplete",
    says: ["SPOILT", "contains a NUL character at position 3", "remove it"],
  },
  {
    name: "half of a surrogate pair in an argument",
    config: () => ({ extraArgs: ["--agent=\ud83d"] }),
    code: "configuration_incomplete",
    says: ["extraArgs", "is not well-formed Unicode"],
  },
];

/** What cannot work ends at once, says what is wrong and what to do, and has created nothing. */
export const badInput: readonly Scenario[] = [
  ...INPUTS.map((input) => ({
    name: `bad input: ${input.name}`,
    fault: faultOf(input.code),
    play: (world: World) => refuse(world, input),
  })),
  {
    name: "bad input: a kubeconfig that does not parse",
    fault: faultOf("configuration_incomplete"),
    play: unparsable,
  },
];

function faultOf(code: string): Fault {
  return { group: "Input", expected: `\`${code}\`, and nothing was created` };
}

async function refuse(world: World, { config, code, says }: BadInput): Promise<void> {
  const { heartbeat } = world.heartbeat({ config: await config(world) });

  const result = await heartbeat.result;

  expect(result).toMatchObject({ exitCode: 1, signal: null, timedOut: false, errorCode: code });
  for (const words of says) expect(result.errorMessage).toMatch(words);
  expect(heartbeat.durationMs).toBeLessThan(BOUND_MS[world.parts.kind]);
  expect(heartbeat.events).toEqual([]);
  expect(await world.objects()).toEqual({ jobs: [], pods: [], secrets: [] });
}

async function unparsable(world: World): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
  const kubeconfig = join(folder, "config");
  writeFileSync(kubeconfig, "clusters: [{");
  try {
    await refuse(world, {
      name: "",
      config: () => ({ kubeconfig }),
      code: "configuration_incomplete",
      says: [`kubeconfig: ${kubeconfig} cannot be read as a kubeconfig`, "give the path of a readable kubeconfig"],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
