import type { FetchJson, ServerProcess } from "../server-process.ts";

/** Bound on one question, milliseconds. */
const ANSWER_MS = 10_000;

/** What came of a question. */
interface Answer {
  /** Of HTTP. */
  readonly status: number;
  /** A field of the body; `null` where that is no text, or the body no JSON object. */
  readonly field: string | null;
}

/** Paperclip's HTTP API, with the token of a run. */
export class PaperclipApi {
  readonly #url: string;
  readonly #token: string;
  readonly #fetch: FetchJson;

  constructor(url: string, token: string, fetchJson: FetchJson = fetch) {
    this.#url = url.replace(/\/+$/, "").replace(/\/api$/, "");
    this.#token = token;
    this.#fetch = fetchJson;
  }

  /** The API of the server that this process is; `null` where it says no address, or the run has no token. */
  static of({ env, fetchJson }: ServerProcess, token: string | undefined): PaperclipApi | null {
    const url = env["PAPERCLIP_API_URL"];
    return url && token ? new PaperclipApi(url, token, fetchJson) : null;
  }

  /** The status of a run, such as `running` or `cancelled`; `null` where no clear answer comes within 10 s. Never throws. */
  async runStatus(runId: string, signal: AbortSignal): Promise<string | null> {
    const answer = await this.#ask(`heartbeat-runs/${encodeURIComponent(runId)}`, "status", signal);
    return answer !== null && isOk(answer) ? answer.field : null;
  }

  /** For which agent it takes the token; `null` where no answer comes within 10 s. Never throws. */
  agentId(signal: AbortSignal): Promise<Answer | null> {
    return this.#ask("agents/me", "id", signal);
  }

  async #ask(path: string, field: string, signal: AbortSignal): Promise<Answer | null> {
    try {
      const headers = { authorization: `Bearer ${this.#token}`, accept: "application/json" };
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
      const response = await this.#fetch(`${this.#url}/api/${path}`, { headers, signal: bounded });
      const body: unknown = await response.json().catch(() => null);
      const value = typeof body === "object" && body !== null ? (body as Record<string, unknown>)[field] : null;
      return { status: response.status, field: typeof value === "string" ? value : null };
    } catch {
      return null;
    }
  }
}

export function isOk({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}
