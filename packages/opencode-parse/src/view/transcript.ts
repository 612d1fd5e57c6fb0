import type { ErrorEvent, OpenCodeEvent, StepFinishEvent } from "../events.ts";
import { errorWords } from "../error-words.ts";
import { shorten } from "../shorten.ts";
import { bounded } from "./bounded.ts";
import { toolEntries } from "./tool-entries.ts";
import type { TranscriptEntry } from "./transcript-entry.ts";
import { usageText } from "./usage-text.ts";

/** What a model says is cut here, in UTF-16 units. */
export const MAX_TEXT = 20_000;

/** A line that is no event, shown as it is. */
const MAX_LINE = 2000;

/**
 * What one event looks like to a reader. Without memory: each line can be shown on its own, in any order. Never throws;
 * the entries can be cloned into and out of a worker.
 *
 * Every event has an entry; only a blank line, which is none, has not. What a step used is `system`, because `result`
 * means the end of the run to Paperclip, and a line cannot know it (see `resultEntry`).
 */
export function transcript(event: OpenCodeEvent, ts: string): TranscriptEntry[] {
  switch (event.type) {
    case "step_start":
      return [{ kind: "system", ts, text: STEP_STARTED }];
    case "text":
      return [said(event.part.synthetic ? "system" : "assistant", event.part.text, ts)];
    case "reasoning":
      return [said("thinking", event.part.text, ts)];
    case "tool_use":
      return toolEntries(event, ts);
    case "step_finish":
      return [{ kind: "system", ts, text: finishText(event) }];
    case "error":
      return [{ kind: "stderr", ts, text: shorten(errorText(event), MAX_TEXT) }];
    case "unknown":
      return [{ kind: "stdout", ts, text: shorten(JSON.stringify(bounded(event.raw)), MAX_LINE) }];
    case "other":
      return event.line.trim() === "" ? [] : [{ kind: "stdout", ts, text: shorten(event.line, MAX_LINE) }];
  }
}

/** The text of a `system` entry: the model begins to answer, or to answer again after its stream broke. */
export const STEP_STARTED = "Step started";

function said(kind: "assistant" | "thinking" | "system", text: string, ts: string): TranscriptEntry {
  // An empty message would only be a gap; that there was one explains an empty answer.
  return text.trim() === "" ? { kind: "system", ts, text: "Empty text" } : { kind, ts, text: shorten(text, MAX_TEXT) };
}

function finishText({ part: { reason, tokens, cost } }: StepFinishEvent): string {
  const { input, output, reasoning, cache } = tokens;
  const used = { input: input + cache.write, cached: cache.read, output: output + reasoning, costUsd: cost };
  const what = ODD_FINISHES.get(reason) ?? `Step finished: ${shorten(reason, MAX_REASON)}`;
  return used.input + used.cached + used.output + cost > 0 ? `${what} · ${usageText(used)}` : what;
}

/** A finish reason is a word. */
const MAX_REASON = 100;

/** Finishes that explain an odd answer. */
const ODD_FINISHES: ReadonlyMap<string, string> = new Map([
  ["length", "Step finished: the model reached its output limit, the answer is cut"],
  ["content-filter", "Step finished: the provider's content filter stopped the model"],
  ["unknown", "Step finished: the model's stream ended without a reason, OpenCode asks again"],
]);

function errorText({ error }: ErrorEvent): string {
  const { name, statusCode, data } = error;
  const status = statusCode === null ? "" : ` (HTTP ${statusCode})`;
  // By this OpenCode's own log can be searched.
  const reference = typeof data.ref === "string" ? ` [${data.ref}]` : "";
  return `${name}${status}: ${errorWords(error)}${reference}`;
}
