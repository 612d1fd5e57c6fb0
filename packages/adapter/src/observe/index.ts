export { Delivery } from "./delivery.ts";
export { observe, type Outcome } from "./observe.ts";
export { isDetach } from "./stops.ts";
