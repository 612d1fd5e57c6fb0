import type { V1PolicyRule } from "@kubernetes/client-node";
import { buildInstallation } from "@opencode-k8s/job-manifest";
import { connectCluster, loadKubeConfig } from "@opencode-k8s/k8s-kit";
import { testEnvironment } from "paperclip-adapter-opencode-k8s/environment-test";
import { expect } from "vitest";
import { expectCollected, expectNothingLeft, expectWhole, settings } from "../world/index.ts";
import type { World } from "../world/index.ts";
import { kubeconfigWithRules } from "../world/cluster-with-rules.ts";
import { shellOpenCode } from "../world/shell-opencode.ts";
import { ANSWERING } from "./script.ts";
import type { Scenario } from "./scenario.ts";
import { wayThroughProxy } from "./through-proxy.ts";

/** All that a Role may give, whatever is switched on. */
const { rights: RIGHTS } = buildInstallation({
  namespace: "unused",
  features: {
    databaseClaims: true,
    networkPolicies: true,
    explainPending: true,
    confirmSecrets: true,
    shortenGrace: true,
    askBefore: true,
  },
});

interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
}

const ALL: readonly Right[] = RIGHTS.flatMap(({ rule: { apiGroups: [group = ""] = [], resources = [], verbs } }) =>
  resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb }))),
);

const nameOf = ({ verb, resource }: Right): string => `${verb} ${resource}`;
const ruleOf = ({ group, resource, verb }: Right): V1PolicyRule => ({
  apiGroups: [group],
  resources: [resource],
  verbs: [verb],
});

/** With what a run ends that lacks the right. Without any other it succeeds. */
const CODES: Readonly<Record<string, string>> = {
  "list jobs": "k8s_concurrency_guard_unreachable",
  "watch jobs": "k8s_concurrency_guard_unreachable",
  "list leases": "k8s_concurrency_guard_unreachable",
  "watch leases": "k8s_concurrency_guard_unreachable",
  "create leases": "k8s_concurrency_guard_unreachable",
  "list pods": "k8s_concurrency_guard_unreachable",
  "watch pods": "k8s_concurrency_guard_unreachable",
  "create jobs": "k8s_forbidden",
  "patch jobs": "k8s_forbidden",
  "update leases": "k8s_forbidden",
  "get pods/log": "k8s_forbidden",
  "create secrets": "k8s_forbidden",
  "get secrets": "k8s_forbidden",
  "create persistentvolumeclaims": "k8s_forbidden",
  "create networkpolicies": "k8s_forbidden",
  "update networkpolicies": "k8s_forbidden",
};

/** What must have happened for a run to need the right. */
const WHERE: Readonly<Record<string, string>> = {
  "get secrets": ", where the answer to a Secret's creation is lost",
  "update networkpolicies": ", where the agent has a policy already",
};

/** How long a cluster takes at worst to act on a Role, milliseconds. */
const PATIENCE_MS = 120_000;

/** A Role that lacks one right: the run names it, or goes well, and then the test of the environment names it before. */
function without(right: Right): Scenario {
  const { resource, verb } = right;
  const errorCode = CODES[nameOf(right)];
  const expected = errorCode
    ? `\`${errorCode}\`, in the API server's words, which name the right; nothing is left`
    : "the run succeeds, and the test of the environment names the right";
  return {
    name: `the right to ${verb} ${resource} is missing${WHERE[nameOf(right)] ?? ""}`,
    fault: { group: "Rights", expected },
    only: "cluster",
    async play(world) {
      const agent = await agentFor(world, right);
      const config = { ...agent, kubeconfig: undefined, kubeconfigText: await withoutRight(world, right) };
      const way = await prepared(world, right, config);

      const run = world.heartbeat({ config: { ...config, ...way } });

      const result = await run.heartbeat.result;
      if (errorCode) {
        expect(result).toMatchObject({ exitCode: 1, errorCode });
        expect(result.errorMessage).toContain(`cannot ${verb} resource "${resource}"`);
        await expectNothingLeft(world);
      } else {
        expect(result.errorMessage ?? null).toBeNull();
        expect(result.exitCode).toBe(0);
        await expectWhole(run);
        expect(await missingRules(world, config)).toContainEqual(
          expect.stringMatching(new RegExp(`resources: \\[${resource}\\], verbs: \\[.*\\b${verb}\\b`)),
        );
        await expectCollected(world, run);
      }
    },
  };
}

/** Brings about {@link WHERE}. @returns keys of the configuration for the run that lacks the right */
async function prepared(
  world: World,
  right: Right,
  config: Readonly<Record<string, unknown>>,
): Promise<Readonly<Record<string, unknown>>> {
  switch (nameOf(right)) {
    case "update networkpolicies": {
      const first = world.heartbeat({ config });
      expect(await first.heartbeat.result).toMatchObject({ exitCode: 0 });
      await expectCollected(world, first);
      return {};
    }
    case "get secrets":
      return await losingAnswers(world, String(config["kubeconfigText"]));
    default:
      return {};
  }
}
/** A kubeconfig of an identity that lacks the right, and has all others by now. */
async function withoutRight(world: World, right: Right): Promise<string> {
  const { admin, namespace } = world.parts;
  const others = ALL.filter((each) => each !== right);
  const text = await kubeconfigWithRules(admin, settings().kubeconfig, namespace, others.map(ruleOf));
  const cluster = connectCluster({ kind: "text", text });
  try {
    const [{ group, resource, verb } = right] = others;
    const body = { spec: { resourceAttributes: { namespace, group, resource, verb } } };
    await world.eventually(PATIENCE_MS, "the Role has effect", async () => {
      const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
      return (await cluster.request<{ status: { allowed: boolean } }>("POST", path, { body })).status.allowed;
    });
  } finally {
    await cluster.close();
  }
  return text;
}

/** What the run needs the right for. Only for its database the real OpenCode has to be there, because it is asked for it. */
async function agentFor(world: World, { resource, verb }: Right): Promise<Readonly<Record<string, unknown>>> {
  if (resource === "persistentvolumeclaims") return { agentDbMode: "dedicated_pvc" };
  return {
    ...(await shellOpenCode(world, ANSWERING)),
    ...(resource === "networkpolicies" && { networkPolicy: { dns: { cidrs: ["0.0.0.0/0"] } } }),
    // What the adapter may not delete is the cluster's to delete.
    ...(resource === "jobs" && verb === "delete" && { ttlSecondsAfterFinished: 5 }),
  };
}

/** A way on which the first Secret is made, and nobody hears of it. @returns keys of the configuration */
async function losingAnswers(world: World, kubeconfigText: string): Promise<Readonly<Record<string, unknown>>> {
  const user = loadKubeConfig({ kind: "text", text: kubeconfigText }).getCurrentUser();
  const { proxy, kubeconfig } = await wayThroughProxy(world, user ?? {});
  let lost = 0;
  proxy.fate = (path) =>
    /\/secrets(\?|$)/.test(path) && lost++ === 0 ? { kind: "cut", afterBytes: 0 } : { kind: "pass" };
  return { kubeconfig, kubeconfigText: undefined };
}

/** The rules that the test of the environment would have added to the Role. */
async function missingRules(world: World, config: Readonly<Record<string, unknown>>): Promise<string[]> {
  const ctx = {
    adapterType: "opencode_k8s",
    companyId: "company",
    config: { ...world.parts.config("text"), ...config },
  };
  const { checks } = await testEnvironment(ctx, { withinMs: PATIENCE_MS });
  return checks.map(({ hint }) => hint ?? "");
}

export const missingRights: readonly Scenario[] = ALL.map(without);
