export { Delivery } from "./delivery.ts";
export type { ReachedLimit } from "./limits.ts";
export { type Narrator, receiptNotes } from "./narrator.ts";
export { observe, type Outcome } from "./observe.ts";
export { readLog } from "./read-log.ts";
export { whileWaiting } from "./waiting.ts";
