export { accountOf, expectBeginning, expectCollected, expectNothingLeft, expectWhole } from "./checks.ts";
export { openClusterWorld } from "./cluster-world.ts";
export { clusterWithRules } from "./cluster-with-rules.ts";
export type { Driver } from "./driver.ts";
export { settings, SHELL_IMAGE } from "./settings.ts";
export { openSimWorld, UNKNOWN_IMAGE } from "./sim-world.ts";
export type { World } from "./world.ts";
