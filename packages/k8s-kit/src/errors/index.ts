export { type FailedRequest, KubernetesError } from "./kubernetes-error.ts";
export * from "./predicates.ts";
export { type ErrorFacts, readError } from "./recognise.ts";
export {
  assertDuration,
  assertLabelName,
  assertLabelSelector,
  assertObjectName,
  InvalidInputError,
} from "./invalid-input.ts";
export { errorOfConnection, errorOfResponse, errorOfStatus, errorOfUnreadable } from "./of-response.ts";
