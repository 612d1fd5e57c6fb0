export { resultEntry } from "./result-entry.ts";
export { transcript } from "./transcript.ts";
export type { TranscriptEntry } from "./transcript-entry.ts";
