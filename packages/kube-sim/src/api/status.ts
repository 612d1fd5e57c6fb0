import type { ResourceType } from "./resources.ts";

/** The `Status` object that answers a request that failed, or a deletion. */
export interface Status {
  kind: "Status";
  apiVersion: "v1";
  /** `continue`: with which a list that has expired can go on from the present. */
  metadata: { continue?: string };
  status: "Success" | "Failure";
  message?: string;
  reason?: string;
  details?: StatusDetails;
  code?: number;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: (FieldError | { reason: string; message: string })[];
  retryAfterSeconds?: number;
}

/** One field that did not pass validation, or another single cause. */
export interface FieldError {
  reason:
    | "FieldValueInvalid"
    | "FieldValueRequired"
    | "FieldValueForbidden"
    | "FieldValueNotSupported"
    | "FieldValueTooLong";
  message: string;
  field: string;
}

/** Thrown inside the API server; becomes a response with a `Status` body. */
export class ApiFailure extends Error {
  readonly code: number;
  readonly reason: string | undefined;
  readonly details: StatusDetails | undefined;
  readonly metadata: Status["metadata"];

  constructor(
    code: number,
    reason: string | undefined,
    message: string,
    details?: StatusDetails,
    metadata: Status["metadata"] = {},
  ) {
    super(message);
    this.metadata = metadata;
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  get status(): Status {
    return {
      kind: "Status",
      apiVersion: "v1",
      metadata: this.metadata,
      status: "Failure",
      message: this.message,
      ...(this.reason && { reason: this.reason }),
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }
}

/** Group and plural, as error messages name a resource: `pods`, `jobs.batch`. */
export function qualified(type: ResourceType): string {
  return type.group ? `${type.plural}.${type.group}` : type.plural;
}

function identify(type: ResourceType, name: string): StatusDetails {
  return { name, ...(type.group && { group: type.group }), kind: type.plural };
}

export function notFound(type: ResourceType, name: string): ApiFailure {
  return new ApiFailure(404, "NotFound", `${qualified(type)} "${name}" not found`, identify(type, name));
}

export function unknownPath(): ApiFailure {
  return new ApiFailure(404, "NotFound", "the server could not find the requested resource", {});
}

export function methodNotAllowed(): ApiFailure {
  const message = "the server does not allow this method on the requested resource";
  return new ApiFailure(405, "MethodNotAllowed", message, {});
}

export function alreadyExists(type: ResourceType, name: string): ApiFailure {
  return new ApiFailure(409, "AlreadyExists", `${qualified(type)} "${name}" already exists`, identify(type, name));
}

export function conflict(type: ResourceType, name: string, why: string): ApiFailure {
  const message = `Operation cannot be fulfilled on ${qualified(type)} "${name}": ${why}`;
  return new ApiFailure(409, "Conflict", message, identify(type, name));
}

/** A precondition of a deletion names the kind where other conflicts name the resource. */
export function preconditionFailed(type: ResourceType, name: string, why: string): ApiFailure {
  const message = `Operation cannot be fulfilled on ${type.kind} "${name}": ${why}`;
  return new ApiFailure(409, "Conflict", message, { ...identify(type, name), kind: type.kind });
}

export function badRequest(message: string): ApiFailure {
  return new ApiFailure(400, "BadRequest", message);
}

/** The revision that was asked for was compacted away: list again. */
export function expired(message: string, metadata: Status["metadata"] = {}): ApiFailure {
  return new ApiFailure(410, "Expired", message, undefined, metadata);
}

export function invalid(type: Pick<ResourceType, "kind" | "group">, name: string, causes: FieldError[]): ApiFailure {
  const texts = [...new Set(causes.map(({ field, message }) => `${field}: ${message}`))];
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const kind = type.group ? `${type.kind}.${type.group}` : type.kind;
  const group = type.group ? { group: type.group } : {};
  const details = { ...(name && { name }), ...group, ...(type.kind && { kind: type.kind }), causes };
  return new ApiFailure(422, "Invalid", `${kind} "${name}" is invalid: ${list}`, details);
}
