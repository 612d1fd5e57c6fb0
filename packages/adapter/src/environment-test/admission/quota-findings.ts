import type { RunConfig } from "../../config/index.ts";
import { type Finding, missingRule } from "../finding.ts";
import type { Subject } from "../subject.ts";
import { demandOf, inWords } from "./demand.ts";
import { outOfRange, type Range } from "./limit-range.ts";
import { type Quota, type Shortfall, shortfalls } from "./quota.ts";

interface List<T> {
  readonly items?: readonly T[];
}

/** Whether the quotas and the limits of the namespace have room for a run. @throws KubernetesError */
export async function quotaFindings({
  config,
  objects,
  look,
}: Pick<Subject, "config" | "objects" | "look">): Promise<Finding[]> {
  const path = `/api/v1/namespaces/${config.namespace}`;
  const [quotas, ranges] = await Promise.all([
    look.get<List<Quota>>(`${path}/resourcequotas`),
    look.get<List<Range>>(`${path}/limitranges`),
  ]);
  const findings: Finding[] = [];
  if (quotas.kind === "there") {
    const lacking = shortfalls(demandOf(objects), quotas.object.items ?? [], config.priorityClassName);
    findings.push(...lacking.map((shortfall) => lacksRoom(shortfall, config)));
  }
  if (ranges.kind === "there") {
    findings.push(
      ...outOfRange(objects, ranges.object.items ?? []).map((what): Finding => {
        const remedy = "Change resources in the configuration, or the LimitRange.";
        return { code: "k8s_limit_range", level: "error", message: `The LimitRange ${what}.`, remedy };
      }),
    );
  }
  if (quotas.kind === "forbidden") findings.push(unknown("quotas", "resourcequotas"));
  if (ranges.kind === "forbidden") findings.push(unknown("limits", "limitranges"));
  return findings;
}

function lacksRoom({ quota, resource, asked, hard, used, fits }: Shortfall, { namespace }: RunConfig): Finding {
  const run = `A run asks for ${inWords(asked)} of ${resource}`;
  if (fits === "never") {
    const message = `${run}, and the ResourceQuota ${quota} of namespace ${namespace} has ${hard} in all.`;
    return {
      code: "k8s_quota_too_small",
      level: "error",
      message,
      remedy: "Lower resources in the configuration, or raise the quota.",
    };
  }
  const message = `${run}; of the ResourceQuota ${quota} of namespace ${namespace} ${used} of ${hard} is in use.`;
  return {
    code: "k8s_quota_used_up",
    level: "warn",
    message,
    remedy: "A run that begins now waits, or fails; raise the quota.",
  };
}

function unknown(what: string, resource: string): Finding {
  const message = `The ${what} of the namespace could not be looked at.`;
  return { code: "k8s_quota_unknown", level: "info", message, missing: missingRule("", resource, "list", "Role") };
}
