export type { FinishedStep } from "./finish-frame.ts";
export { LineFrame } from "./line-frame.ts";
