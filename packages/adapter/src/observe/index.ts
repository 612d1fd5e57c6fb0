export type { StartWindows } from "./await-start.ts";
export { Delivery } from "./delivery.ts";
export { openWatches, type Watches } from "./job-view.ts";
export { observe, type Outcome } from "./observe.ts";
export type { Stop } from "./stops.ts";
