import { type OpenCodeEvent, parseLine, transcript, type TranscriptEntry } from "@opencode-k8s/opencode-parse";
import { OWN_LINE } from "../output/live-transcript.ts";

/** Milliseconds since the epoch, both. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One answer of the model, from the end of the one before it: the wait for the model is part of it. */
export interface Step extends Span {
  /** Why the model stopped, in OpenCode's word. */
  readonly reason: string;
  readonly tokens: { readonly input: number; readonly output: number; readonly cached: number };
  /** US dollars; 0 also where OpenCode knows no price. */
  readonly costUsd: number;
}

export interface ToolCall extends Span {
  readonly name: string;
  readonly title: string;
  readonly isError: boolean;
}

/** More entries of a transcript than this make a page that a phone does not open. */
const MAX_ENTRIES = 3_000;

/** What a run did and when, by the lines of its log. */
export class RunRecording {
  readonly steps: Step[] = [];
  readonly tools: ToolCall[] = [];
  readonly entries: TranscriptEntry[] = [];
  /** Entries beyond the first 3,000. */
  left = 0;
  #from: number | null;

  /** @param began when OpenCode was started, milliseconds since the epoch; `null` where that is not known */
  constructor(began: number | null) {
    this.#from = began;
  }

  /** A chunk as Paperclip gets it: whole lines. */
  push(chunk: string): void {
    for (const line of chunk.split("\n").filter((text) => text !== "")) {
      if (line.startsWith(OWN_LINE)) this.#keep([{ kind: "system", ts: "", text: line.slice(OWN_LINE.length) }]);
      else this.#record(parseLine(line));
    }
  }

  #record(event: OpenCodeEvent): void {
    const at = "timestamp" in event && event.timestamp > 0 ? event.timestamp : null;
    if (at !== null) this.#from ??= at;
    if (event.type === "tool_use") this.tools.push(toolCall(event, at ?? 0));
    if (event.type === "step_finish" && at !== null) {
      const { reason, tokens, cost } = event.part;
      this.steps.push({
        start: Math.min(this.#from ?? at, at),
        end: at,
        reason,
        tokens: {
          input: tokens.input + tokens.cache.write,
          output: tokens.output + tokens.reasoning,
          cached: tokens.cache.read,
        },
        costUsd: cost,
      });
      this.#from = at;
    }
    this.#keep(transcript(event, at === null ? "" : new Date(at).toISOString()));
  }

  #keep(entries: readonly TranscriptEntry[]): void {
    const room = Math.max(0, MAX_ENTRIES - this.entries.length);
    this.entries.push(...entries.slice(0, room));
    this.left += Math.max(0, entries.length - room);
  }
}

function toolCall({ part: { tool, state } }: Extract<OpenCodeEvent, { type: "tool_use" }>, at: number): ToolCall {
  const end = state.time.end ?? at;
  const title = state.status === "completed" ? (state.title ?? "") : state.error;
  return { name: tool, title, start: Math.min(state.time.start ?? end, end), end, isError: state.status === "error" };
}
