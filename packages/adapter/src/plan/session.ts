import type { AdapterSessionCodec } from "@paperclipai/adapter-utils";
import { asString, parseObject } from "@paperclipai/adapter-utils/server-utils";

/** An OpenCode session as Paperclip keeps it between the heartbeats of a task. */
export interface Session {
  readonly sessionId: string;
  /** Where it was made: OpenCode hangs, silently, when a session is resumed elsewhere. `null` where Paperclip lost it. */
  readonly cwd: string | null;
}

/**
 * The session in what Paperclip stored; `null` when there is none. The id alone is enough, as a text, too: handoff runs bring no
 * more. `session_id` and `sessionID` are what versions of `opencode_local` called it, whose agents may be ours now.
 */
export function readSession(params: unknown): Session | null {
  const { sessionId, session_id, sessionID, cwd } = parseObject(params);
  const id = [params, sessionId, session_id, sessionID].map((value) => asString(value, "").trim()).find(Boolean);
  return id === undefined ? null : { sessionId: id, cwd: asString(cwd, "").trim() || null };
}

export const sessionCodec: AdapterSessionCodec = {
  deserialize: (raw) => encode(readSession(raw)),
  serialize: (params) => encode(readSession(params)),
  getDisplayId: (params) => readSession(params)?.sessionId ?? null,
};

function encode(session: Session | null): Record<string, unknown> | null {
  return session && { sessionId: session.sessionId, ...(session.cwd === null ? {} : { cwd: session.cwd }) };
}
