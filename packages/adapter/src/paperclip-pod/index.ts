export { completeConfig } from "./complete-config.ts";
export { readOwnPod } from "./own-pod.ts";
export { ownMount, type OwnMount } from "./own-mount.ts";
export { withInheritedValues } from "./with-inherited-values.ts";
