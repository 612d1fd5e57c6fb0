export { completeConfig } from "./complete-config.ts";
export { readOwnPod } from "./own-pod.ts";
