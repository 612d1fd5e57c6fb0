export { Backoff } from "./time/backoff.ts";
export { type Clock, systemClock } from "./time/clock.ts";
export * from "./cluster/index.ts";
export * from "./claim/index.ts";
export { abortable, type Deadline, deadline, DeadlineError } from "./time/deadline.ts";
export * from "./diagnosis/index.ts";
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
export * from "./logs/index.ts";
export {
  collectionPath,
  type Event,
  type Job,
  type Lease,
  type PersistentVolumeClaim,
  type Pod,
  type Secret,
  type Wire,
} from "./objects.ts";
export * from "./watch/index.ts";
