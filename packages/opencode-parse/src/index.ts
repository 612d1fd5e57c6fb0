export type {
  CompletedTool,
  ErrorEvent,
  FailedTool,
  LineKind,
  OpenCodeEvent,
  OtherLine,
  ReasoningEvent,
  StepFinishEvent,
  StepStartEvent,
  StepTokens,
  TextEvent,
  TimeSpan,
  ToolState,
  ToolUseEvent,
  UnknownEvent,
} from "./events.ts";
export type { JsonObject } from "./json.ts";
export { parseLine } from "./parse-line.ts";
export { parseRun } from "./reader/parse-run.ts";
export type { RunReaderOptions } from "./reader/reader-options.ts";
export type { RunReader } from "./reader/run-reader.ts";
export { createRunReader } from "./reader/run-reader.ts";
export type {
  Correction,
  RunError,
  RunLoop,
  RunProgress,
  RunReport,
  RunUsage,
  ToolError,
} from "./reader/run-report.ts";
export type { VerdictCode, VerdictKind } from "./verdict/codes.ts";
export { VERDICTS } from "./verdict/codes.ts";
export { judgeRun } from "./verdict/judge-run.ts";
export type { RunEnd, Verdict } from "./verdict/verdict.ts";
export { resultEntry, transcript } from "./view/index.ts";
export type { TranscriptEntry } from "./view/index.ts";
