export { PaperclipApi } from "./paperclip-api.ts";
export { isDetach, stopSignal } from "./stop-signal.ts";
