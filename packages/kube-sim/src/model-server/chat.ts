/** The part of an OpenAI chat completion request that the models here look at. */
export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  /** Tools that may be called; OpenCode offers none when it only wants a title. */
  tools: string[];
  stream: boolean;
  includeUsage: boolean;
}

export interface ChatMessage {
  role: "system" | "user" | "assistant" | "tool";
  /** Its text; parts that are not text are left out. */
  text: string;
}

/**
 * Reads the body of `POST /v1/chat/completions`.
 * @throws {TypeError} for a body that is no such request.
 */
export function readChatRequest(body: string): ChatRequest {
  const value = JSON.parse(body) as {
    model?: unknown;
    messages?: { role: ChatMessage["role"]; content?: unknown }[];
    tools?: { function?: { name?: string } }[];
    stream?: unknown;
    stream_options?: { include_usage?: unknown };
  };
  if (typeof value.model !== "string" || !Array.isArray(value.messages)) {
    throw new TypeError("model and messages are required");
  }
  return {
    model: value.model,
    messages: value.messages.map(({ role, content }) => ({ role, text: textOf(content) })),
    tools: (value.tools ?? []).flatMap((tool) => tool.function?.name ?? []),
    stream: value.stream === true,
    includeUsage: value.stream_options?.include_usage === true,
  };
}

/** Results of tools since the user last spoke: the step of the conversation that is to be answered, from 0. */
export function stepOf(request: ChatRequest): number {
  const lastUser = request.messages.findLastIndex(({ role }) => role === "user");
  return request.messages.slice(lastUser + 1).filter(({ role }) => role === "assistant").length;
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.map((part: { text?: unknown }) => (typeof part.text === "string" ? part.text : "")).join("");
}
