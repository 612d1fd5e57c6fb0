import type { KubeletHealth } from "../cluster/kubelet-health.ts";
import type { Node } from "../cluster/node.ts";
import type { Clock } from "../clock.ts";
import type { NodeLogs } from "../logs/node-logs.ts";
import { type LogOptions, readLog } from "../logs/read-log.ts";
import type { Store } from "../store/store.ts";
import type { Pod } from "../wire.ts";
import { readBoolean, readInteger } from "./query.ts";
import { PODS } from "./resources.ts";
import { ApiFailure, badRequest, type FieldError, invalid, notFound } from "./status.ts";

type Source = (signal: AbortSignal) => AsyncGenerator<Uint8Array>;

/** Where logs come from. */
export interface LogContext {
  store: Store;
  nodeClock: Clock;
  logs: NodeLogs;
  node: Pick<Node, "ip" | "utcOffsetMinutes">;
  health: Pick<KubeletHealth, "isUp">;
}

/**
 * Answers a request for a container's log: its bytes, or undefined (204) while the pod has no node.
 * @throws ApiFailure 404 (no such pod), 400 (no such container, or it does not run yet), 422 (options that do not fit),
 * 500 (the kubelet does not answer)
 */
export function podLog(
  { store, nodeClock, logs, node, health }: LogContext,
  namespace: string,
  name: string,
  query: URLSearchParams,
): Source | undefined {
  const options = { ...readOptions(name, query, nodeClock), utcOffsetMinutes: node.utcOffsetMinutes };
  const pod = store.get<Pod>(PODS, namespace, name);
  if (!pod) throw notFound(PODS, name);
  const container = containerOf(pod, query.get("container") ?? "");
  if (!pod.spec.nodeName) return undefined;
  if (!health.isUp) throw kubeletGone(node.ip, namespace, name, container, query);
  const id = instanceOf(pod, container, readBoolean(query, "previous"));
  const log = logs.get(id);
  if (!log) return () => once(`unable to retrieve container logs for ${id}`);
  return (signal) => readLog(log, options, nodeClock, signal);
}

/** A file that the node no longer has is no error for the kubelet: it says so where the log would be, with status 200. */
async function* once(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(new TextEncoder().encode(text));
}

/** The API server's own words when it reaches no kubelet. */
function kubeletGone(
  ip: string,
  namespace: string,
  pod: string,
  container: string,
  query: URLSearchParams,
): ApiFailure {
  const asked = new URLSearchParams([...query].filter(([name]) => name !== "container"));
  asked.sort();
  const path = `containerLogs/${namespace}/${pod}/${container}${asked.size > 0 ? `?${asked.toString()}` : ""}`;
  return new ApiFailure(
    500,
    undefined,
    `Get "https://${ip}:10250/${path}": dial tcp ${ip}:10250: connect: connection refused`,
  );
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

/**
 * The id of the instance whose log is meant: the one that runs or ran last, or the one before it.
 * @throws ApiFailure 400 when there is none
 */
function instanceOf({ metadata, status }: Pod, container: string, previous: boolean): string {
  const statuses = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  const found = statuses.find(({ name }) => name === container);
  const subject = `container "${container}" in pod "${metadata.name}"`;
  if (!found) throw badRequest(`${subject} is not available`);
  const { state = {}, lastState = {} } = found;
  const before = lastState.terminated?.containerID;
  if (previous) {
    if (before) return before;
    throw badRequest(`previous terminated ${subject} not found`);
  }
  if (state.running && found.containerID) return found.containerID;
  const last = state.terminated?.containerID ?? before;
  if (last) return last;
  if (state.terminated) throw badRequest(`${subject} is terminated`);
  throw badRequest(`${subject} is waiting to start: ${whyWaiting(state.waiting?.reason)}`);
}

function whyWaiting(reason: string = "ContainerCreating"): string {
  if (reason === "ErrImagePull") return "image can't be pulled";
  if (reason === "ImagePullBackOff") return "trying and failing to pull image";
  return reason;
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
