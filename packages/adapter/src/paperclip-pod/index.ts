export { completeConfig } from "./complete-config.ts";
export { readOwnPod } from "./own-pod.ts";
export { withInheritedValues } from "./with-inherited-values.ts";
