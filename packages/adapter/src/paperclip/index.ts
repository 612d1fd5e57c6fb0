export { isDetach, stopSignal } from "./stop-signal.ts";
