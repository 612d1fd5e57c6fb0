import type { Draft } from "../store/store.ts";
import type { ResourceType } from "./resources.ts";
import { badRequest, type FieldError } from "./status.ts";

/** The layout that the server's `MicroTime` reads: six digits of a second, no more and no less. */
const MICRO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/;

/**
 * Refuses what does not decode as a Lease.
 * @throws ApiFailure 400
 */
export function checkLease(resource: ResourceType, { spec }: Draft): void {
  const { acquireTime, renewTime, leaseTransitions, leaseDurationSeconds } = fieldsOf(spec);
  const refuse = (why: string): never => {
    throw badRequest(`Lease in version "${resource.version}" cannot be handled as a Lease: ${why}`);
  };
  for (const time of [acquireTime, renewTime]) {
    if (time === undefined || (typeof time === "string" && MICRO_TIME.test(time))) continue;
    refuse(`parsing time ${JSON.stringify(time)} as "2006-01-02T15:04:05.000000Z07:00": cannot parse it`);
  }
  for (const [name, number] of Object.entries({ leaseTransitions, leaseDurationSeconds })) {
    if (typeof number !== "string") continue;
    refuse(`json: cannot unmarshal string into Go struct field LeaseSpec.spec.${name} of type int32`);
  }
}

/** What is wrong with the numbers of a Lease. */
export function leaseErrors({ spec }: Draft): FieldError[] {
  const { leaseTransitions = 0, leaseDurationSeconds = 1 } = fieldsOf(spec);
  const tooSmall = (field: string, value: unknown, rule: string): FieldError => ({
    reason: "FieldValueInvalid",
    message: `Invalid value: ${String(value)}: must be greater than ${rule}`,
    field: `spec.${field}`,
  });
  return [
    ...(Number(leaseDurationSeconds) > 0 ? [] : [tooSmall("leaseDurationSeconds", leaseDurationSeconds, "0")]),
    ...(Number(leaseTransitions) >= 0 ? [] : [tooSmall("leaseTransitions", leaseTransitions, "or equal to 0")]),
  ];
}

function fieldsOf(spec: unknown): Record<string, unknown> {
  const given = Object.entries((spec ?? {}) as Record<string, unknown>);
  return Object.fromEntries(given.filter(([, value]) => value !== null));
}
