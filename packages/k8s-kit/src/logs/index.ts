export { LogCursor } from "./cursor.ts";
export { LogDecoder, type LogGap, type LogLine } from "./decoder.ts";
export {
  type FollowedContainer,
  followLog,
  type FollowOptions,
  type LogEnd,
  type LogEvent,
  type LogMessage,
} from "./follow.ts";
export type { Stamp } from "./timestamp.ts";
