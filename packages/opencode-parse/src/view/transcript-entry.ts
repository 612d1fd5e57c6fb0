/**
 * One entry of a transcript, in the shape of Paperclip's `TranscriptEntry` (structural: nothing is imported), as far as
 * runs of OpenCode need it. `ts` is the time of the line, as the caller writes times (Paperclip: ISO 8601).
 */
export type TranscriptEntry =
  | { readonly kind: "init"; readonly ts: string; readonly model: string; readonly sessionId: string }
  | { readonly kind: "assistant"; readonly ts: string; readonly text: string }
  | { readonly kind: "thinking"; readonly ts: string; readonly text: string }
  | {
      readonly kind: "tool_call";
      readonly ts: string;
      readonly name: string;
      readonly input: unknown;
      readonly toolUseId: string;
    }
  | {
      readonly kind: "tool_result";
      readonly ts: string;
      readonly toolUseId: string;
      readonly toolName: string;
      readonly content: string;
      readonly isError: boolean;
    }
  | {
      readonly kind: "result";
      readonly ts: string;
      readonly text: string;
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly cachedTokens: number;
      /** US dollars; 0 also when the price is not known. */
      readonly costUsd: number;
      readonly subtype: string;
      readonly isError: boolean;
      readonly errors: string[];
    }
  | { readonly kind: "system"; readonly ts: string; readonly text: string }
  | { readonly kind: "stderr"; readonly ts: string; readonly text: string }
  | { readonly kind: "stdout"; readonly ts: string; readonly text: string };
