import type { Draft } from "../store/store.ts";
import type { Container, Pod } from "../wire.ts";
import { CLAIMS, JOBS, LEASES, PODS, type ResourceType, SECRETS } from "./resources.ts";
import { badRequest, type FieldError, invalid } from "./status.ts";
import { checkLease, leaseErrors } from "./validate-lease.ts";
import { badValue, labelErrors, matches, metadataErrors } from "./validate-metadata.ts";
import { secretErrors } from "./validate-secret.ts";

const LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
const QUANTITY = /^[+-]?(\d+(\.\d*)?|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/;

const LABEL_RULE = `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${LABEL}')`;

/** A pod template before it was checked. */
interface Template {
  metadata?: { labels?: Record<string, string> };
  spec?: Partial<Pod["spec"]>;
}

/**
 * Refuses what the real server refuses of the things that people get wrong: names, labels, quantities, a Secret's keys and
 * size, a Lease's times and numbers, missing containers and images, a Job's restartPolicy. Not the full validation.
 * @throws ApiFailure 400 for a quantity and for base64, 422 for the rest
 */
export function validate(resource: ResourceType, object: Draft): void {
  if (resource === PODS) checkQuantities(resource, object.spec);
  if (resource === JOBS)
    checkQuantities(resource, (object.spec as { template?: Template } | undefined)?.template?.spec);
  if (resource === CLAIMS) checkClaim(resource, object);
  if (resource === LEASES) checkLease(resource, object);
  const errors = [...metadataErrors(resource, object), ...specErrors(resource, object)];
  if (errors.length > 0) throw invalid(resource, object.metadata?.name ?? "", errors);
}

function specErrors(resource: ResourceType, object: Draft): FieldError[] {
  switch (resource) {
    case PODS:
      return podErrors(object.spec as Partial<Pod["spec"]> | undefined, "spec");
    case SECRETS:
      return secretErrors(object);
    case JOBS:
      return jobErrors(object);
    case LEASES:
      return leaseErrors(object);
    default:
      return [];
  }
}

function jobErrors({ metadata = {}, spec }: Draft): FieldError[] {
  const { template } = (spec ?? {}) as { template?: Template };
  const labels = template?.metadata?.labels;
  const field = "spec.template.spec.restartPolicy";
  const message = 'Required value: valid values: "OnFailure", "Never"';
  // The same words for none and for `Always`.
  const isFit = ["OnFailure", "Never"].includes(template?.spec?.restartPolicy ?? "");
  return [
    // A Job without labels gets its template's.
    ...(metadata.labels ? [] : labelErrors(labels, "metadata.labels")),
    // The Job's name becomes a label of its pods, so it may be no longer than one.
    ...labelErrors({ ...labels, "job-name": metadata.name ?? "" }, "spec.template.labels"),
    ...podErrors(template?.spec, "spec.template.spec"),
    ...(isFit ? [] : [{ reason: "FieldValueRequired" as const, message, field }]),
  ];
}

function podErrors(spec: Partial<Pod["spec"]> | undefined, path: string): FieldError[] {
  const containers = spec?.containers ?? [];
  if (containers.length === 0)
    return [{ reason: "FieldValueRequired", message: "Required value", field: `${path}.containers` }];
  const volumes = new Set((spec?.volumes ?? []).map(({ name }) => name));
  return [
    ...containers.flatMap((container, index) => containerErrors(container, `${path}.containers[${index}]`, volumes)),
    ...(spec?.initContainers ?? []).flatMap((container, index) =>
      containerErrors(container, `${path}.initContainers[${index}]`, volumes),
    ),
  ];
}

function containerErrors(
  { name, image, volumeMounts = [] }: Container,
  path: string,
  volumes: Set<string>,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!name) errors.push({ reason: "FieldValueRequired", message: "Required value", field: `${path}.name` });
  else if (!matches(LABEL, name)) errors.push(badValue(`${path}.name`, name, LABEL_RULE));
  if (!image) errors.push({ reason: "FieldValueRequired", message: "Required value", field: `${path}.image` });
  volumeMounts.forEach((mount, index) => {
    if (volumes.has(mount.name)) return;
    const message = `Not found: ${JSON.stringify(mount.name)}`;
    errors.push({ reason: "FieldValueInvalid", message, field: `${path}.volumeMounts[${index}].name` });
  });
  return errors;
}

function checkQuantities(resource: ResourceType, spec: unknown): void {
  const { containers = [], initContainers = [] } = (spec ?? {}) as Partial<Pod["spec"]>;
  for (const { resources } of [...containers, ...initContainers]) {
    checkQuantityMap(resource, resources?.requests);
    checkQuantityMap(resource, resources?.limits);
  }
}

function checkClaim(resource: ResourceType, object: Draft): void {
  const spec = object.spec as { resources?: { requests?: Record<string, string> } } | undefined;
  checkQuantityMap(resource, spec?.resources?.requests);
}

function checkQuantityMap(resource: ResourceType, quantities: Record<string, unknown> | undefined): void {
  if (Object.values(quantities ?? {}).every((quantity) => QUANTITY.test(String(quantity)))) return;
  const rule = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  throw badRequest(
    `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: ${rule}`,
  );
}
