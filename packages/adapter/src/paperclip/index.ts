export { apiProblem } from "./api-check.ts";
export { PaperclipApi, type RunWord } from "./paperclip-api.ts";
export { type Standing, standingOf } from "./standing.ts";
export { isDetach, stopSignal } from "./stop-signal.ts";
