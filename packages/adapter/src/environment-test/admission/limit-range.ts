import type { V1LimitRange } from "@kubernetes/client-node";
import { isQuantity, quantityAmount, type RunObjects, WHOLE } from "@opencode-k8s/job-manifest";
import { amountsOf, containersOf, type Demand, inWords, sum } from "./demand.ts";

/** What of a LimitRange is looked at. */
export type Range = Pick<V1LimitRange, "spec"> & { readonly metadata?: { readonly name?: string } };

type Item = NonNullable<V1LimitRange["spec"]>["limits"][number];

/** What LimitRanges have against the requests and limits of a run, a sentence each. What a run does not say has defaults. */
export function outOfRange(objects: Pick<RunObjects, "job">, ranges: readonly Range[]): string[] {
  const containers = containersOf(objects).map((container) => ({
    name: `container ${container.name}`,
    ...amountsOf(container),
  }));
  const pod = {
    name: "the pod",
    requests: sum(containers.map(({ requests }) => requests)),
    limits: sum(containers.map(({ limits }) => limits)),
  };
  return ranges.flatMap(({ metadata, spec }) =>
    (spec?.limits ?? []).flatMap((item) => {
      const things = item.type === "Container" ? containers : item.type === "Pod" ? [pod] : [];
      return things.flatMap((thing) => against(item, thing).map((what) => `${metadata?.name ?? ""}: ${what}`));
    }),
  );
}

interface Thing {
  readonly name: string;
  readonly requests: Demand;
  readonly limits: Demand;
}

function against({ max = {}, min = {}, maxLimitRequestRatio = {} }: Item, { name, requests, limits }: Thing): string[] {
  const found: string[] = [];
  for (const [resource, most] of known(max)) {
    const limit = limits.get(resource);
    if (limit !== undefined && limit > quantityAmount(most))
      found.push(`${name} may take ${inWords(limit)} of ${resource}, more than ${most}`);
  }
  for (const [resource, least] of known(min)) {
    const request = requests.get(resource);
    if (request !== undefined && request < quantityAmount(least))
      found.push(`${name} asks for ${inWords(request)} of ${resource}, less than ${least}`);
  }
  for (const [resource, ratio] of known(maxLimitRequestRatio)) {
    const limit = limits.get(resource);
    const request = requests.get(resource);
    // Of whole numbers: limit / request > ratio.
    if (limit !== undefined && request !== undefined && limit * WHOLE > request * quantityAmount(ratio))
      found.push(`${name} may take more than ${ratio} times the ${resource} that it asks for`);
  }
  return found;
}

function known(quantities: Readonly<Record<string, string>>): [resource: string, text: string][] {
  return Object.entries(quantities).filter(([, text]) => isQuantity(text));
}
