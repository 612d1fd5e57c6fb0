export type { StartWindows } from "./await-start.ts";
export { Delivery } from "./delivery.ts";
export { observe, type Outcome } from "./observe.ts";
export { DELETE_MS, isDetach, OUTAGE_MS } from "./stops.ts";
export { openWatches } from "./watches.ts";
