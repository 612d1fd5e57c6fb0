import type { AdapterSessionCodec } from "@paperclipai/adapter-utils";
import { asString, parseObject } from "@paperclipai/adapter-utils/server-utils";

/** An OpenCode session as Paperclip keeps it between the heartbeats of a task. */
export interface Session {
  readonly sessionId: string;
  /** Where it was made: OpenCode hangs, silently, when a session is resumed elsewhere. `null` where Paperclip lost it. */
  readonly cwd: string | null;
}

/** The session in what Paperclip stored; `null` when there is none. A bare id is enough: handoff runs bring no more. */
export function readSession(params: unknown): Session | null {
  const { sessionId, cwd } = parseObject(params);
  const id = asString(sessionId, "").trim();
  return id === "" ? null : { sessionId: id, cwd: asString(cwd, "").trim() || null };
}

export const sessionCodec: AdapterSessionCodec = {
  deserialize: (raw) => encode(readSession(raw)),
  serialize: (params) => encode(readSession(params)),
  getDisplayId: (params) => readSession(params)?.sessionId ?? null,
};

function encode(session: Session | null): Record<string, unknown> | null {
  return session && { sessionId: session.sessionId, ...(session.cwd === null ? {} : { cwd: session.cwd }) };
}
