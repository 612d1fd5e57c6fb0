export type { StartWindows } from "./await-start.ts";
export { Delivery } from "./delivery.ts";
export { openWatches } from "./job-view.ts";
export { observe, type Outcome } from "./observe.ts";
