import type { V1ResourceQuota } from "@kubernetes/client-node";
import { isQuantity, quantityAmount } from "@opencode-k8s/job-manifest";
import type { Demand } from "./demand.ts";

/** What of a ResourceQuota is looked at. */
export type Quota = Pick<V1ResourceQuota, "spec" | "status"> & { readonly metadata?: { readonly name?: string } };

/** A quota that has no room for a run. */
export interface Shortfall {
  readonly quota: string;
  readonly resource: string;
  readonly asked: bigint;
  readonly hard: string;
  readonly used: string;
  /** `never`: also when it is empty. */
  readonly fits: "never" | "not now";
}

/** Where a run of this demand has no room, in the order of the quotas. `priorityClassName`: of its pod. */
export function shortfalls(demand: Demand, quotas: readonly Quota[], priorityClassName?: string): Shortfall[] {
  return quotas
    .filter((quota) => counts(quota, priorityClassName))
    .flatMap(({ metadata, spec, status }) => {
      const hard = status?.hard ?? spec?.hard ?? {};
      return Object.entries(hard).flatMap(([resource, most]): Shortfall[] => {
        const used = status?.used?.[resource] ?? "0";
        const asked = demand.get(resource);
        if (asked === undefined || !isQuantity(most) || !isQuantity(used)) return [];
        const fits = asked > quantityAmount(most) ? "never" : "not now";
        if (asked + quantityAmount(used) <= quantityAmount(most)) return [];
        return [{ quota: metadata?.name ?? "", resource, asked, hard: most, used, fits }];
      });
    });
}

/** Is the pod of a run among those that the quota counts? It has requests, and no deadline of its own. */
function counts({ spec }: Quota, priorityClassName: string | undefined): boolean {
  const scopes = [
    ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: "Exists", values: [] })),
    ...(spec?.scopeSelector?.matchExpressions ?? []),
  ];
  return scopes.every(({ scopeName, operator, values = [] }) => {
    if (scopeName === "NotBestEffort" || scopeName === "NotTerminating") return true;
    if (scopeName !== "PriorityClass") return false;
    const isNamed = priorityClassName !== undefined && values.includes(priorityClassName);
    if (operator === "In") return isNamed;
    if (operator === "NotIn") return !isNamed;
    return (operator === "Exists") === (priorityClassName !== undefined);
  });
}
