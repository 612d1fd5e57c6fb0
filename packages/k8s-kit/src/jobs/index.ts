export { deleteJob, eventsOf, podsOf } from "./job-objects.ts";
export { type JobState, jobState } from "./job-state.ts";
export { type ContainerEnd, containerStatus, type PodState, podState } from "./pod-state.ts";
export { createOnce } from "./create.ts";
