export { pageOf, type RunPage } from "./page.ts";
export { phasesOf, startedAt } from "./phases.ts";
export { RunRecording } from "./recording.ts";
