import type { RunReport } from "../reader/run-report.ts";
import { shorten } from "../shorten.ts";
import type { Verdict } from "../verdict/verdict.ts";
import type { TranscriptEntry } from "./transcript-entry.ts";
import { MAX_TEXT } from "./transcript.ts";

/**
 * The last entry of a run: what it came to. Its errors are the verdict's message and remedy; the errors that OpenCode
 * printed are entries of their own. Tokens are what the provider bills: reasoning is output, what went into the cache input.
 */
export function resultEntry(report: RunReport, verdict: Verdict, ts: string): TranscriptEntry {
  const { answer, usage, costUsd } = report;
  return {
    kind: "result",
    ts,
    text: shorten(answer ?? "", MAX_TEXT),
    inputTokens: usage.input + usage.cacheWrite,
    outputTokens: usage.output + usage.reasoning,
    cachedTokens: usage.cacheRead,
    costUsd: costUsd ?? 0,
    subtype: verdict.code,
    isError: !verdict.ok,
    errors: verdict.ok ? [] : [verdict.message, verdict.remedy].filter((text) => text !== ""),
  };
}
