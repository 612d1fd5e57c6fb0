import type { V1ResourceRequirements } from "@kubernetes/client-node";
import type { RunResources } from "../input/resources.ts";
import { isLabelKey, refused } from "../values/kubernetes-names.ts";
import { amount, ONE, quantity } from "../values/quantity.ts";

/**
 * What the container asks for and may take: `cpu`, `memory`, `ephemeral-storage`, and devices such as `nvidia.com/gpu`.
 * @throws {ManifestError} naming the resource: not one, no quantity, a part of a byte or of a device, or a request above
 *   its limit.
 */
export function resources(field: string, { requests, limits }: RunResources): V1ResourceRequirements {
  for (const [kind, map] of Object.entries({ requests, limits }))
    for (const [name, text] of Object.entries(map)) check(`${field}.${kind}`, name, text);
  for (const [name, request] of Object.entries(requests)) {
    const limit = limits[name];
    if (limit !== undefined && amount(request) > amount(limit))
      throw refused(`${field}.requests.${name}`, request, `give at most its limit, ${limit}`);
    if (isDevice(name) && (limit === undefined || amount(request) !== amount(limit)))
      throw refused(`${field}.requests.${name}`, request, "give the same as a limit: a device is not shared");
  }
  return { requests: { ...requests }, limits: { ...limits } };
}

function check(field: string, name: string, text: string): void {
  const named = `${field}.${name.slice(0, 80)}`;
  if (!["cpu", "memory", "ephemeral-storage"].includes(name) && !isDevice(name))
    throw refused(named, name, "use cpu, memory, ephemeral-storage, or a device such as nvidia.com/gpu");
  const whole = amount(quantity(named, text)) % ONE === 0n;
  if (name !== "cpu" && !whole) throw refused(named, text, "give a whole number");
}

/** Of a device plugin: with a prefix that is not Kubernetes' own, and is still one as `requests.<name>`, for quotas. */
function isDevice(name: string): boolean {
  const prefixed = /^[^/]+\//.test(name) && isLabelKey(`requests.${name}`);
  return prefixed && isLabelKey(name) && !/^(requests\.|([^/]*\.)?kubernetes\.io\/)/.test(name);
}
