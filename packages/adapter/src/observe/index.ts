export { Delivery } from "./delivery.ts";
export type { Narrator } from "./narrator.ts";
export { observe, type Outcome } from "./observe.ts";
export { whileWaiting } from "./waiting.ts";
