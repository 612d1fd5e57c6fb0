import { behaviourOf } from "../../packages/kube-sim/src/model-server/behaviours/index.ts";

type Behaviour = NonNullable<ReturnType<typeof behaviourOf>>;
type Message = Parameters<Behaviour>[0]["messages"][number];
type Turn = Awaited<ReturnType<Behaviour>>;
type Answer = Extract<Turn, { kind: "answer" }>;

/** Sessions of one database, by id. */
export type Sessions = Map<string, Message[]>;

export interface OpenCodeRun {
  /** Id of a model of the model server. */
  readonly model: string;
  readonly prompt: string;
  /** A session to go on with; a new one without it. */
  readonly session?: string;
  readonly sessions: Sessions;
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Called before each request to the model. */
  asked(): void;
  /** Lets time pass, milliseconds. Rejects when the run is to end. */
  pause(ms: number): Promise<void>;
  /** Takes one line of output. */
  print(line: string): Promise<void>;
}

/** US dollars for a million tokens, as in the model server's configuration of its provider. */
const PRICE = { input: 3, output: 15 };
/** Characters to a token, about, in English text. */
const CHARACTERS_PER_TOKEN = 4;
/** From the first to the last piece of an answer, milliseconds. */
const STREAMING = 200;

/**
 * Plays `opencode run --format json`: the models are those of the model server, asked in this process, and no tool is
 * really run. Prints the events that OpenCode 1.18 prints (packages/opencode-parse/fixtures).
 * @returns its exit code
 */
export async function playOpenCode(run: OpenCodeRun): Promise<number> {
  const model = behaviourOf(run.model);
  const sessionID = run.session ?? `ses_${String(run.now())}${String(run.sessions.size).padStart(4, "0")}`;
  const before = run.sessions.get(sessionID);
  if (!model || (run.session && !before)) return 1;
  const messages: Message[] = before ?? [];
  run.sessions.set(sessionID, messages);
  const print = (type: string, body: Record<string, unknown>): Promise<void> =>
    run.print(JSON.stringify({ type, timestamp: run.now(), sessionID, ...body }));
  messages.push({ role: "user", text: run.prompt });
  for (let step = 0; ; step++) {
    const said = messages.reduce((sum, { text }) => sum + text.length, 0);
    const request = { model: run.model, messages, tools: ["bash", "read"], stream: true, includeUsage: true };
    run.asked();
    const turn = await model(request, run.pause);
    if (turn.kind === "hang") await run.pause(Number.MAX_SAFE_INTEGER);
    if (turn.kind === "failure") {
      const { message, status: statusCode, retryAfter } = turn;
      const responseHeaders = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
      const data = { message, statusCode, isRetryable: false, responseHeaders };
      await print("error", { error: { name: "APIError", data } });
      return 1;
    }
    if (turn.kind !== "answer") throw new Error(`no model answers with ${turn.kind}`);
    const messageID = `msg_${sessionID}_${step}`;
    const part = (more: Record<string, unknown>): Record<string, unknown> => ({
      part: { id: `prt_${messageID}`, messageID, sessionID, ...more },
    });
    await print("step_start", part({ type: "step-start" }));
    await run.pause(STREAMING);
    if (turn.text)
      await print("text", part({ type: "text", text: turn.text, time: { start: run.now(), end: run.now() } }));
    messages.push({ role: "assistant", text: turn.text });
    const calls = turn.calls ?? [];
    for (const [index, { name, arguments: input }] of calls.entries()) {
      const state = { status: "completed", input, output: "", title: name, metadata: { exit: 0 } };
      await print("tool_use", part({ type: "tool", tool: name, callID: `call_${step}_${index}`, state }));
      messages.push({ role: "tool", text: "" });
    }
    const reason = calls.length > 0 ? "tool-calls" : "stop";
    await print("step_finish", part({ type: "step-finish", reason, ...billed(said, turn) }));
    if (calls.length === 0) return 0;
  }
}

function billed(said: number, { text, completionTokens }: Answer): { tokens: Record<string, unknown>; cost: number } {
  const input = Math.ceil(said / CHARACTERS_PER_TOKEN);
  const output = completionTokens ?? Math.ceil((text.length + 1) / CHARACTERS_PER_TOKEN);
  const tokens = { total: input + output, input, output, reasoning: 0, cache: { read: 0, write: 0 } };
  return { tokens, cost: (input * PRICE.input + output * PRICE.output) / 1e6 };
}
