import { quantityAmount, type RunObjects, WHOLE } from "@opencode-k8s/job-manifest";

type PodSpec = NonNullable<NonNullable<RunObjects["job"]["spec"]>["template"]["spec"]>;
type Container = PodSpec["containers"][number];

/** What one run counts for against quotas, by the name that a ResourceQuota has for it; as `quantityAmount`. */
export type Demand = ReadonlyMap<string, bigint>;

/** Its containers, sidecars among them: those that run at the same time. */
export function containersOf({ job }: Pick<RunObjects, "job">): readonly Container[] {
  const spec = job.spec?.template.spec;
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
}

/** What a container asks for and may take; what it asks for is its limit where nothing is said. */
export function amountsOf({ resources = {} }: Container): { requests: Demand; limits: Demand } {
  const limits = inAmounts(resources.limits);
  return { limits, requests: new Map([...limits, ...inAmounts(resources.requests)]) };
}

/** The amounts added up, by name. */
export function sum(parts: readonly Demand[]): Demand {
  const total = new Map<string, bigint>();
  for (const part of parts) for (const [name, amount] of part) total.set(name, (total.get(name) ?? 0n) + amount);
  return total;
}

/** What the objects of a run count for: the requests and limits of its pod, and how many objects of each kind they are. */
export function demandOf(objects: Pick<RunObjects, "job" | "secrets" | "claim">): Demand {
  const containers = containersOf(objects).map(amountsOf);
  const requests = sum(containers.map((container) => container.requests));
  const limits = sum(containers.map((container) => container.limits));
  const demand = new Map<string, bigint>();
  for (const [name, amount] of requests) demand.set(name, amount).set(`requests.${name}`, amount);
  for (const [name, amount] of limits) demand.set(`limits.${name}`, amount);
  const count = (name: string, many: number): unknown => demand.set(name, BigInt(many) * WHOLE);
  for (const name of ["pods", "count/pods", "count/jobs.batch"]) count(name, 1);
  for (const name of ["secrets", "count/secrets"]) count(name, objects.secrets.length);
  const { storageClassName, resources } = objects.claim?.spec ?? {};
  if (objects.claim) {
    const storage = quantityAmount(resources?.requests?.["storage"] ?? "0");
    const ofClass = storageClassName === undefined ? [] : [`${storageClassName}.storageclass.storage.k8s.io/`];
    count("count/persistentvolumeclaims", 1);
    for (const prefix of ["", ...ofClass]) {
      count(`${prefix}persistentvolumeclaims`, 1);
      demand.set(`${prefix}requests.storage`, storage);
    }
  }
  return demand;
}

function inAmounts(quantities: Readonly<Record<string, string>> = {}): Demand {
  return new Map(Object.entries(quantities).map(([name, text]) => [name, quantityAmount(text)]));
}

/** Units that a person would choose, largest first. */
const BINARY = ["Gi", "Mi", "Ki"] as const;

/** An amount as a quantity: `1500m` of a processor, `2Gi`, a whole number. */
export function inWords(amount: bigint): string {
  const suffix = BINARY.find(
    (unit) => amount >= quantityAmount(`1${unit}`) && amount % quantityAmount(`1${unit}`) === 0n,
  );
  if (suffix) return `${amount / quantityAmount(`1${suffix}`)}${suffix}`;
  return amount % WHOLE === 0n ? String(amount / WHOLE) : `${(amount * 1000n) / WHOLE}m`;
}
