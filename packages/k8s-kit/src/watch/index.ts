export { RELIST_MS, WATCH_SILENCE_MS } from "./reflector.ts";
export { type Change, type SharedWatch, sharedWatch, type WatchHealth } from "./shared-watch.ts";
