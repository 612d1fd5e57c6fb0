export { Delivery } from "./delivery.ts";
export type { Narrator } from "./narrator.ts";
export { observe, type Outcome } from "./observe.ts";
