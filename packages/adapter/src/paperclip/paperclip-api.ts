import type { FetchJson, ServerProcess } from "../server-process.ts";

/** Bound on one question, milliseconds. */
const ANSWER_MS = 10_000;

/** What came of a question. */
interface Answer {
  /** Of HTTP. */
  readonly status: number;
  /** Empty where the body is no JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What Paperclip says of a run. */
export interface RunWord {
  /** Such as `running` or `cancelled`. */
  readonly status: string;
  /** `resultJson` of the result that it has of it; `null`: it has none. */
  readonly result: unknown;
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

  /** `null` where no clear answer comes within 10 s. Never throws. */
  async run(runId: string, signal: AbortSignal): Promise<RunWord | null> {
    const answer = await this.#ask(`heartbeat-runs/${encodeURIComponent(runId)}`, signal);
    if (answer === null || !isOk(answer)) return null;
    const { status, resultJson: result = null } = answer.body;
    return typeof status === "string" ? { status, result } : null;
  }

  /** The status of a run; `null` where no clear answer comes within 10 s. Never throws. */
  async runStatus(runId: string, signal: AbortSignal): Promise<string | null> {
    return (await this.run(runId, signal))?.status ?? null;
  }

  /** The agent for which it takes the token; `null` where no answer comes within 10 s. Never throws. */
  agent(signal: AbortSignal): Promise<Answer | null> {
    return this.#ask("agents/me", signal);
  }

  async #ask(path: string, signal: AbortSignal): Promise<Answer | null> {
    try {
      const headers = { authorization: `Bearer ${this.#token}`, accept: "application/json" };
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
      const response = await this.#fetch(`${this.#url}/api/${path}`, { headers, signal: bounded });
      const body: unknown = await response.json().catch(() => null);
      const isObject = typeof body === "object" && body !== null;
      return { status: response.status, body: isObject ? (body as Record<string, unknown>) : {} };
    } catch {
      return null;
    }
  }
}

export function isOk({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}
