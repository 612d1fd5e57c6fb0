import type { Clock } from "../clock.ts";
import type { Draft, Store } from "../store/store.ts";
import type { Access, Asker } from "./access.ts";
import { review } from "./access-review.ts";
import { type DeleteOptions, deleteObject } from "./delete.ts";
import { dropUnknownFields } from "./known-fields.ts";
import { listObjects } from "./list.ts";
import { type LogContext, podLog } from "./log.ts";
import { patchObject } from "./patch.ts";
import { readFilter } from "./query.ts";
import { verbOf } from "./request.ts";
import { PODS, type ResourceType } from "./resources.ts";
import type { Route } from "./route.ts";
import { ApiFailure, badRequest, methodNotAllowed, notFound, unknownPath } from "./status.ts";
import { watchObjects } from "./watch.ts";
import { readWriteOptions, type WriteOptions } from "./write-options.ts";
import { createObject, replaceObject } from "./write.ts";

/** Largest body of a request (`MaxRequestBodyBytes`). */
const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** What the server says, before it is made a response. */
export type Answer =
  | { kind: "json"; status: number; body: unknown; warnings?: string[] }
  | { kind: "text"; status: number; body: string }
  /** The body comes as the client reads it. */
  | { kind: "stream"; contentType: string; source: (signal: AbortSignal) => AsyncGenerator<Uint8Array> }
  /** 204. */
  | { kind: "empty" };

export interface ApiRequest {
  method: string;
  route: Route;
  query: URLSearchParams;
  /** The body's text; empty for none. */
  body: string;
  contentType: string | null;
  /** Who asks. */
  user: Asker;
}

export interface ApiContext extends LogContext {
  store: Store;
  clock: Clock;
  access: Access;
}

/**
 * Answers one request. Synchronous: a request is one transaction.
 * @throws ApiFailure
 */
export function answer(context: ApiContext, request: ApiRequest): Answer {
  const { route } = request;
  switch (route.kind) {
    case "review": {
      if (request.method !== "POST") throw methodNotAllowed();
      const { spec } = readJson(request) as { spec?: object };
      return json(review(context.access, request.user, route.review, spec), 201);
    }
    case "version":
      return json({ major: "1", minor: "35", gitVersion: "v1.35.4", platform: "linux/amd64" });
    case "health":
      return { kind: "text", status: 200, body: "ok" };
    case "unknown-path":
      return { kind: "text", status: 404, body: "404 page not found\n" };
    case "unknown-resource":
      throw unknownPath();
    case "collection":
      return onCollection(context, request, route.resource, route.namespace);
    case "object":
      return onObject(context, request, route.resource, route.namespace, route.name);
    case "subresource":
      return onSubresource(context, request, route);
  }
}

function onCollection(
  context: ApiContext,
  request: ApiRequest,
  resource: ResourceType,
  namespace: string | undefined,
): Answer {
  const { store } = context;
  const { query } = request;
  switch (verbOf(request.method, request.route, query)) {
    case "list":
      return json(listObjects(store, resource, namespace, query));
    case "watch":
      return watch(context, resource, namespace, query);
    case "create": {
      if (resource.namespaced && namespace === undefined) throw methodNotAllowed();
      const options = readWriteOptions(query, "CreateOptions");
      const { draft, warnings } = readObject(request, resource, options);
      const fieldManager = options.fieldManager || "kube-sim";
      return { ...json(createObject(store, resource, namespace, draft, { ...options, fieldManager }), 201), warnings };
    }
    case "deletecollection": {
      const options = readDeleteOptions(request);
      const filter = readFilter(query, resource, namespace);
      const list = listObjects(store, resource, namespace, query);
      for (const object of store.list(resource, namespace).filter(filter)) {
        deleteObject(context, resource, object.metadata.namespace, object.metadata.name, options);
      }
      return json(list);
    }
    default:
      throw methodNotAllowed();
  }
}

function onObject(
  context: ApiContext,
  request: ApiRequest,
  resource: ResourceType,
  namespace: string | undefined,
  name: string,
): Answer {
  const { store } = context;
  switch (verbOf(request.method, request.route, request.query)) {
    case "get": {
      const object = store.get(resource, namespace, name);
      if (!object) throw notFound(resource, name);
      return json(object);
    }
    case "update": {
      const code = store.get(resource, namespace, name) ? 200 : 201;
      const options = readWriteOptions(request.query, "UpdateOptions");
      const { draft, warnings } = readObject(request, resource, options);
      return { ...json(replaceObject(store, resource, namespace, name, draft, options), code), warnings };
    }
    case "patch": {
      const options = readWriteOptions(request.query, "PatchOptions");
      checkSize(request.body);
      const { object, unknown } = patchObject(store, resource, namespace, name, request, options);
      return { ...json(object), warnings: warningsOf(unknown, options) };
    }
    case "delete": {
      const { body, warning } = deleteObject(context, resource, namespace, name, readDeleteOptions(request));
      return { ...json(body), ...(warning && { warnings: [warning] }) };
    }
    default:
      throw methodNotAllowed();
  }
}

function onSubresource(
  context: ApiContext,
  { method, query }: ApiRequest,
  route: Extract<Route, { kind: "subresource" }>,
): Answer {
  const { resource, namespace, name, subresource } = route;
  if (resource !== PODS || subresource !== "log") throw unknownPath();
  if (method !== "GET") throw methodNotAllowed();
  const source = podLog(context, namespace, name, query);
  return source ? { kind: "stream", contentType: "text/plain", source } : { kind: "empty" };
}

function watch(
  context: ApiContext,
  resource: ResourceType,
  namespace: string | undefined,
  query: URLSearchParams,
): Answer {
  const source = watchObjects(context, resource, namespace, query);
  return { kind: "stream", contentType: "application/json", source };
}

function json(body: unknown, status: number = 200): Extract<Answer, { kind: "json" }> {
  return { kind: "json", status, body };
}

function readDeleteOptions(request: ApiRequest): DeleteOptions {
  const { query } = request;
  const given = request.body.trim() === "" ? {} : (readJson(request) as DeleteOptions);
  const grace = query.get("gracePeriodSeconds");
  const policy = query.get("propagationPolicy");
  return {
    ...given,
    ...(query.get("dryRun") === "All" && { dryRun: ["All"] }),
    ...(grace !== null && { gracePeriodSeconds: Number(grace) }),
    ...(policy !== null && { propagationPolicy: policy as NonNullable<DeleteOptions["propagationPolicy"]> }),
  };
}

/** @throws ApiFailure 400 for what is no object, and for a field that the kind does not have when that is to be an error */
function readObject(
  request: ApiRequest,
  resource: ResourceType,
  options: WriteOptions,
): { draft: Draft; warnings: string[] } {
  const parsed = readJson(request, resource);
  if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed)) {
    throw badRequest(`the object provided is unrecognized (must be of type ${resource.kind})`);
  }
  const unknown = dropUnknownFields(resource, parsed);
  if (unknown.length === 0 || options.fieldValidation !== "Strict") {
    return { draft: parsed as Draft, warnings: warningsOf(unknown, options) };
  }
  const what = `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}`;
  throw badRequest(`${what}: strict decoding error: ${unknown.map(unknownField).join(", ")}`);
}

function warningsOf(unknown: string[], { fieldValidation }: WriteOptions): string[] {
  return fieldValidation === "Warn" ? unknown.map(unknownField) : [];
}

function unknownField(path: string): string {
  return `unknown field ${JSON.stringify(path)}`;
}

function checkSize(body: string): void {
  if (Buffer.byteLength(body) <= MAX_BODY_BYTES) return;
  throw new ApiFailure(413, "RequestEntityTooLarge", `Request entity too large: limit is ${MAX_BODY_BYTES}`);
}

function readJson({ body, contentType }: ApiRequest, resource?: ResourceType): unknown {
  checkSize(body);
  if (contentType !== null && !/^application\/json\b/.test(contentType)) {
    const accepted = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
    const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
    throw new ApiFailure(415, "UnsupportedMediaType", message);
  }
  try {
    return JSON.parse(body);
  } catch (error) {
    const what = resource ? ` (must be of type ${resource.kind})` : "";
    const why = `couldn't get version/kind; json parse error: ${(error as Error).message}`;
    throw badRequest(`the object provided is unrecognized${what}: ${why} (${body})`);
  }
}
