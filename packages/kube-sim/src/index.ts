export { systemClock } from "./clock.ts";
export type { Clock } from "./clock.ts";
export type * from "./containers/runtime.ts";
