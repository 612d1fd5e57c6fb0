import type { FetchJson, ServerProcess } from "../server-process.ts";

/** Bound on one question, milliseconds. */
const ANSWER_MS = 10_000;

/** Paperclip's HTTP API, as the server itself reaches it, with the token of a run. */
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
    try {
      const url = `${this.#url}/api/heartbeat-runs/${encodeURIComponent(runId)}`;
      const headers = { authorization: `Bearer ${this.#token}`, accept: "application/json" };
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
      const response = await this.#fetch(url, { headers, signal: bounded });
      const body: unknown = response.ok ? await response.json() : null;
      const status = typeof body === "object" && body !== null && "status" in body ? body.status : null;
      return typeof status === "string" ? status : null;
    } catch {
      return null;
    }
  }
}
