import type { LogStore } from "../cluster/world.ts";
import type { Clock } from "../clock.ts";
import { type LogOptions, readLog } from "../logs/read-log.ts";
import type { Store } from "../store/store.ts";
import type { Pod } from "../wire.ts";
import { readBoolean, readInteger } from "./query.ts";
import { PODS } from "./resources.ts";
import { badRequest, type FieldError, invalid, notFound } from "./status.ts";

type Source = (signal: AbortSignal) => AsyncGenerator<Uint8Array>;

/**
 * Answers a request for a container's log: its bytes, or undefined (204) while the pod has no node.
 * @throws ApiFailure 404 (no such pod), 400 (no such container, or it does not run yet), 422 (options that do not fit)
 */
export function podLog(
  { store, clock, logs }: { store: Store; clock: Clock; logs: LogStore },
  namespace: string,
  name: string,
  query: URLSearchParams,
): Source | undefined {
  const options = readOptions(name, query, clock);
  const pod = store.get<Pod>(PODS, namespace, name);
  if (!pod) throw notFound(PODS, name);
  const container = containerOf(pod, query.get("container") ?? "");
  if (!pod.spec.nodeName) return undefined;
  if (readBoolean(query, "previous")) {
    throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
  }
  const log = logs.get(pod.metadata.uid)?.get(container);
  if (!log) throw badRequest(whyNoLog(pod, container));
  return (signal) => readLog(log, options, clock, signal);
}

function containerOf({ metadata, spec }: Pod, asked: string): string {
  const main = spec.containers.map((container) => container.name);
  const init = (spec.initContainers ?? []).map((container) => container.name);
  if (asked) {
    if (main.includes(asked) || init.includes(asked)) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${metadata.name}`);
  }
  const [only, ...more] = main;
  if (only !== undefined && more.length === 0 && init.length === 0) return only;
  const choice = `a container name must be specified for pod ${metadata.name}, choose one of: [${main.join(" ")}]`;
  throw badRequest(init.length > 0 ? `${choice} or one of the init containers: [${init.join(" ")}]` : choice);
}

function whyNoLog({ metadata, status }: Pod, container: string): string {
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const found = statuses.find(({ name }) => name === container);
  if (!found) return `container "${container}" in pod "${metadata.name}" is not available`;
  const subject = `container "${container}" in pod "${metadata.name}"`;
  if (found.state?.terminated) return `${subject} is terminated`;
  const reason = found.state?.waiting?.reason ?? "ContainerCreating";
  if (reason === "ErrImagePull") return `${subject} is waiting to start: image can't be pulled`;
  if (reason === "ImagePullBackOff") return `${subject} is waiting to start: trying and failing to pull image`;
  return `${subject} is waiting to start: ${reason}`;
}

function readOptions(pod: string, query: URLSearchParams, clock: Clock): LogOptions {
  const sinceTime = query.get("sinceTime");
  const sinceSeconds = readInteger(query, "sinceSeconds");
  const tailLines = readInteger(query, "tailLines");
  const limitBytes = readInteger(query, "limitBytes");
  const since = sinceTime
    ? wholeSeconds(sinceTime)
    : sinceSeconds && BigInt(Math.round(clock.now() - sinceSeconds * 1000)) * 1_000_000n;
  const errors: FieldError[] = [];
  const refuse = (field: string, reason: FieldError["reason"], message: string): void =>
    void errors.push({ reason, message, field });
  const notNegative = "must be greater than or equal to 0";
  if (tailLines !== undefined && tailLines < 0)
    refuse("tailLines", "FieldValueInvalid", `Invalid value: ${tailLines}: ${notNegative}`);
  if (limitBytes !== undefined && limitBytes < 1)
    refuse("limitBytes", "FieldValueInvalid", `Invalid value: ${limitBytes}: must be greater than 0`);
  if (sinceSeconds !== undefined && sinceSeconds < 1)
    refuse("sinceSeconds", "FieldValueInvalid", `Invalid value: ${sinceSeconds}: must be greater than 0`);
  if (sinceTime && sinceSeconds !== undefined) {
    refuse("", "FieldValueForbidden", "Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified");
  }
  if (query.has("stream")) refuse("stream", "FieldValueForbidden", "Forbidden: may not be specified");
  if (errors.length > 0) throw invalid({ kind: "PodLogOptions", group: "" }, pod, errors);
  return {
    follow: readBoolean(query, "follow"),
    timestamps: readBoolean(query, "timestamps"),
    ...(since !== undefined && { since: BigInt(since) }),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
  };
}

/** The API server hands the time on to the kubelet in whole seconds, whatever it was given. */
function wholeSeconds(text: string): bigint {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw badRequest(`parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse`);
  return BigInt(Math.floor(ms / 1000)) * 1_000_000_000n;
}
