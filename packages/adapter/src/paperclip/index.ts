export { apiProblem } from "./api-check.ts";
export { isGivenUp } from "./given-up.ts";
export { PaperclipApi, type RunWord } from "./paperclip-api.ts";
export { isDetach, stopSignal } from "./stop-signal.ts";
