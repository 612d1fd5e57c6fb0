import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Clock } from "../clock.ts";
import { systemClock } from "../clock.ts";
import type { Turn } from "./behaviour.ts";
import { behaviourOf, modelExamples } from "./behaviours/index.ts";
import type { ChatMessage, ChatRequest } from "./chat.ts";
import { readChatRequest } from "./chat.ts";
import { completion, completionChunks } from "./completion.ts";

/** A request that a model was asked, as the tests look at it. */
export interface ModelRequest {
  model: string;
  /** Wall time, milliseconds since the epoch. */
  at: number;
  messages: ChatMessage[];
  tools: string[];
  /** The `x-session-id` header: OpenCode's session. */
  session: string | undefined;
}

export interface ModelServer {
  /** Base URL for an OpenAI-compatible client: `http://host:port/v1`. */
  readonly url: string;
  /** Every completion asked for, in order. */
  readonly requests: readonly ModelRequest[];
  /** Ends every connection, also those that still wait for an answer. */
  close(): Promise<void>;
}

/**
 * Starts an OpenAI-compatible server whose models are small scripts, chosen by the model's id (see `behaviours`).
 * @param options.host address to bind, 127.0.0.1 by default; pods need one that they reach
 * @param options.port any free one by default
 * @throws the error of `listen`, when the address cannot be bound
 */
export async function startModelServer(
  options: { host?: string; port?: number; clock?: Clock } = {},
): Promise<ModelServer> {
  const { host = "127.0.0.1", port = 0, clock = systemClock } = options;
  const closing = new AbortController();
  const requests: ModelRequest[] = [];

  const server = createServer((request, response) => {
    // A client that goes away takes its answer with it; that is no error of the server.
    answer(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://server");
    if (request.method === "GET" && pathname === "/v1/models") return json(response, 200, modelList);
    if (request.method !== "POST" || pathname !== "/v1/chat/completions") return failure(response, 404, "not found");
    let chat: ChatRequest;
    try {
      chat = readChatRequest(await text(request));
    } catch (error) {
      return failure(response, 400, String(error));
    }
    const { model, messages, tools } = chat;
    const session = request.headers["x-session-id"]?.toString();
    requests.push({ model, at: clock.now(), messages, tools, session });
    const behaviour = behaviourOf(model);
    if (behaviour === undefined) return failure(response, 404, `there is no model ${JSON.stringify(model)}`);
    const gone = AbortSignal.any([closing.signal, closed(response)]);
    const turn = await behaviour(chat, (ms) => clock.sleep(ms, gone));
    await reply(response, chat, turn, `chatcmpl-${requests.length}`);
  }

  async function reply(response: ServerResponse, chat: ChatRequest, turn: Turn, id: string): Promise<void> {
    if (turn.kind === "hang") return;
    if (turn.kind === "failure") {
      if (turn.retryAfter !== undefined) response.setHeader("retry-after", turn.retryAfter);
      return failure(response, turn.status, turn.message);
    }
    const head = { id, created: Math.floor(clock.now() / 1000), model: chat.model };
    if (!chat.stream) return json(response, 200, completion(head, chat, turn));
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    for (const chunk of completionChunks(head, chat, turn)) {
      if (!response.write(`data: ${JSON.stringify(chunk)}\n\n`))
        await once(response, "drain", { signal: closing.signal });
    }
    response.end("data: [DONE]\n\n");
  }

  server.listen(port, host);
  await once(server, "listening");
  const address = server.address() as AddressInfo;
  return {
    url: `http://${host}:${address.port}/v1`,
    requests,
    async close() {
      closing.abort(new Error("the model server is closed"));
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const modelList = { object: "list", data: modelExamples.map((id) => ({ id, object: "model" })) };

function closed(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => controller.abort(new Error("the client has gone")));
  return controller.signal;
}

function failure(response: ServerResponse, status: number, message: string): void {
  // OpenCode retries what calls itself a server error, whatever its status.
  const type = status >= 500 ? "server_error" : "invalid_request_error";
  json(response, status, { error: { message, type, code: status } });
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
