import type { ChatRequest } from "./chat.ts";

/** What a model answers to one request. */
export type Turn =
  | {
      kind: "answer";
      text: string;
      /** Tools it calls after the text; without any, the answer is final. */
      calls?: ToolCall[];
      /** Tokens that the answer is said to have; by default estimated from its length. */
      completionTokens?: number;
    }
  | {
      kind: "failure";
      status: number;
      message: string;
      /** Seconds: the `retry-after` of the answer; without it there is none. */
      retryAfter?: number;
    }
  /** Accepts the request and never answers it. */
  | { kind: "hang" };

export interface ToolCall {
  name: string;
  arguments: Record<string, unknown>;
}

/** A model: a pure function of the conversation, but for the time it takes. */
export type Behaviour = (request: ChatRequest, pause: (ms: number) => Promise<void>) => Turn | Promise<Turn>;
