import type { ToolCall, Turn } from "./behaviour.ts";
import type { ChatRequest } from "./chat.ts";

/** Characters to a token, about, in English text. */
const CHARACTERS_PER_TOKEN = 4;
/** Characters of text in one chunk of a stream. */
const CHUNK_CHARACTERS = 16 * 1024;

type Answer = Extract<Turn, { kind: "answer" }>;

/** What every object of one completion has in common. */
interface Head {
  id: string;
  created: number;
  model: string;
}

interface Usage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
}

/** The body of an answer that is not streamed. */
export function completion(head: Head, request: ChatRequest, answer: Answer): unknown {
  const message = {
    role: "assistant",
    content: answer.text,
    ...(answer.calls ? { tool_calls: answer.calls.map((call, index) => toolCall(head, call, index)) } : {}),
  };
  return {
    ...head,
    object: "chat.completion",
    choices: [{ index: 0, message, finish_reason: finishReason(answer) }],
    usage: usage(request, answer),
  };
}

/** The objects of a streamed answer, in their order. */
export function* completionChunks(head: Head, request: ChatRequest, answer: Answer): Generator<unknown> {
  const chunk = (delta: unknown, finish: string | null = null): unknown => ({
    ...head,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  yield chunk({ role: "assistant", content: "" });
  for (let start = 0; start < answer.text.length; start += CHUNK_CHARACTERS) {
    yield chunk({ content: answer.text.slice(start, start + CHUNK_CHARACTERS) });
  }
  for (const [index, call] of (answer.calls ?? []).entries()) {
    yield chunk({ tool_calls: [{ index, ...toolCall(head, call, index) }] });
  }
  yield chunk({}, finishReason(answer));
  if (request.includeUsage) {
    yield { ...head, object: "chat.completion.chunk", choices: [], usage: usage(request, answer) };
  }
}

function toolCall(head: Head, call: ToolCall, index: number): Record<string, unknown> {
  const called = { name: call.name, arguments: JSON.stringify(call.arguments) };
  return { id: `call_${head.id}_${index}`, type: "function", function: called };
}

function finishReason(answer: Answer): string {
  return answer.calls && answer.calls.length > 0 ? "tool_calls" : "stop";
}

function usage(request: ChatRequest, answer: Answer): Usage {
  const said = request.messages.reduce((sum, { text }) => sum + text.length, 0);
  const written = answer.text.length + JSON.stringify(answer.calls ?? "").length;
  const prompt = Math.ceil(said / CHARACTERS_PER_TOKEN);
  const completionTokens = answer.completionTokens ?? Math.ceil(written / CHARACTERS_PER_TOKEN);
  return { prompt_tokens: prompt, completion_tokens: completionTokens, total_tokens: prompt + completionTokens };
}
