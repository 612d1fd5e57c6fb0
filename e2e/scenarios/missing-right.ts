import type { V1PolicyRule } from "@kubernetes/client-node";
import { buildInstallation } from "@opencode-k8s/job-manifest";
import { connectCluster } from "@opencode-k8s/k8s-kit";
import { testEnvironment } from "paperclip-adapter-opencode-k8s/environment-test";
import { expect } from "vitest";
import { settings } from "../world/index.ts";
import type { World } from "../world/index.ts";
import { kubeconfigWithRules } from "../world/cluster-with-rules.ts";
import { shellOpenCode } from "../world/shell-opencode.ts";
import { ANSWERING } from "./script.ts";
import type { Scenario } from "./scenario.ts";

/** What the suite's own Role has, which a run with its database on a claim needs, if only when something fails. */
const { rights: RIGHTS } = buildInstallation({
  namespace: "unused",
  features: { databaseClaims: true, explainPending: true },
});

interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
}

const ALL: readonly Right[] = RIGHTS.flatMap(({ rule: { apiGroups: [group = ""] = [], resources = [], verbs } }) =>
  resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb }))),
);

const ruleOf = ({ group, resource, verb }: Right): V1PolicyRule => ({
  apiGroups: [group],
  resources: [resource],
  verbs: [verb],
});

/** How long a cluster takes at worst to act on a Role, milliseconds. */
const PATIENCE_MS = 120_000;

/** A Role that lacks one right: the run names it, or goes well, and then the test of the environment names it before. */
function without(right: Right): Scenario {
  const { resource, verb } = right;
  const name = `the right to ${verb} ${resource} is missing`;
  return {
    name,
    fault: {
      group: "Rights",
      expected: "the run fails, and names the right; or succeeds, and the test of the environment names it",
    },
    only: "cluster",
    async play(world) {
      const kubeconfigText = await withoutRight(world, right);
      const config = { kubeconfig: undefined, kubeconfigText, ...(await agentFor(world, right)) };
      const run = world.heartbeat({ config });

      const result = await run.heartbeat.result;

      if (result.exitCode === 0) {
        const ctx = {
          adapterType: "opencode_k8s",
          companyId: "company",
          config: { ...world.parts.config("text"), ...config },
        };
        const { checks } = await testEnvironment(ctx, { withinMs: PATIENCE_MS });
        const hints = checks.map(({ hint }) => hint ?? "");
        expect(hints).toContainEqual(
          expect.stringMatching(new RegExp(`resources: \\[${resource}\\], verbs: \\[.*\\b${verb}\\b`)),
        );
      } else {
        expect(result.errorMessage).toContain(`cannot ${verb} resource "${resource}"`);
      }
    },
  };
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

/** Only for the right to a claim the real OpenCode has to be there, because it is asked for its database. */
function agentFor(world: World, { resource }: Right): Promise<Readonly<Record<string, unknown>>> {
  return resource === "persistentvolumeclaims"
    ? Promise.resolve({ agentDbMode: "dedicated_pvc" })
    : shellOpenCode(world, ANSWERING);
}

export const missingRights: readonly Scenario[] = ALL.map(without);
