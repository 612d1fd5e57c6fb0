export {
  type ContainerInstance,
  type ContainerState,
  containerState,
  type PresentContainer,
} from "./container-state.ts";
export { CursorError, type CursorJson } from "./cursor-json.ts";
export { LogCursor, type LogOwner } from "./cursor.ts";
export type { LogEnd, LogEvent, LogGap, LogLine, LogMessage, LogRestart } from "./events.ts";
export { followLog, followLogBatches, type FollowOptions } from "./follow.ts";
export type { FollowedContainer } from "./followed-container.ts";
export { LineSplitter, type LineSink } from "./line-splitter.ts";
export type { Stamp } from "./timestamp.ts";
