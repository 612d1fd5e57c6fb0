export { Backoff } from "./time/backoff.ts";
export { type Clock, systemClock } from "./time/clock.ts";
export {
  Cluster,
  type ClusterOptions,
  type Fetch,
  type Query,
  type RequestOptions,
  type Transport,
} from "./cluster/cluster.ts";
export { abortable, type Deadline, deadline, DeadlineError } from "./time/deadline.ts";
export { type Diagnosis, diagnose, type Evidence, type FailureCategory, hasStarted } from "./diagnosis/diagnose.ts";
export {
  assertLabelName,
  assertLabelSelector,
  assertObjectName,
  type ErrorFacts,
  type FailedRequest,
  InvalidInputError,
  isAlreadyExists,
  isConflict,
  isForbidden,
  isGone,
  isNotFound,
  isTooManyRequests,
  isTransient,
  isUnauthorized,
  KubernetesError,
  readError,
  retryAfterMs,
} from "./errors/index.ts";
export * from "./jobs/index.ts";
export { KubeConfigError, type KubeConfigSource, loadKubeConfig } from "./cluster/kube-config.ts";
export * from "./logs/index.ts";
export {
  collectionPath,
  type Event,
  type Job,
  type PersistentVolumeClaim,
  type Pod,
  type Secret,
  type Wire,
} from "./objects.ts";
export { connectCluster } from "./cluster/transport.ts";
export * from "./watch/index.ts";
