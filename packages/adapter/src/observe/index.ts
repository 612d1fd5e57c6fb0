export type { StartWindows } from "./await-start.ts";
export { Delivery } from "./delivery.ts";
export { observe, type Outcome } from "./observe.ts";
export { isDetach } from "./stops.ts";
export { openWatches } from "./watches.ts";
