/** An answer of Paperclip that is not 2xx, with its own words. */
export class PaperclipApiError extends Error {
  readonly status: number;
  /** The body: Paperclip's `{error, …}`, or the text when it is no JSON. */
  readonly body: unknown;

  constructor(method: string, path: string, status: number, body: unknown) {
    super(`${method} ${path}: ${status} ${typeof body === "string" ? body : JSON.stringify(body)}`);
    this.name = "PaperclipApiError";
    this.status = status;
    this.body = body;
  }
}
