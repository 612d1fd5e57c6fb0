import type { ErrorEvent } from "../events.ts";
import type { JsonObject } from "../json.ts";
import { isJsonObject, objectOrEmpty, parseJson, stringOrNull } from "../json.ts";
import { kept } from "./own-text.ts";
import type { RunError } from "./run-report.ts";

/** What a report keeps of an error; texts are shortened to `maxLength`. */
export function runError({ error, timestamp }: ErrorEvent, afterSteps: number, maxLength: number): RunError {
  const { data } = error;
  const providerCode = codeIn(data.responseBody) ?? codeIn(error.message);
  const code = stringOrNull(objectOrEmpty(data.metadata).code);
  return {
    name: kept(error.name, maxLength),
    message: kept(error.message, maxLength),
    statusCode: error.statusCode,
    retryable: error.isRetryable,
    retryAfterMs: retryAfterMs(objectOrEmpty(data.responseHeaders), timestamp),
    providerCode: providerCode === null ? null : kept(providerCode, maxLength),
    code: code === null ? null : kept(code, maxLength),
    afterSteps,
  };
}

/** `retry-after-ms` is OpenAI's; `retry-after` is in seconds or a date (RFC 9110, 10.2.3), here told from when the error was printed. */
function retryAfterMs(headers: JsonObject, now: number): number | null {
  const ms = amount(header(headers, "retry-after-ms"));
  if (ms !== null) return ms;
  const text = header(headers, "retry-after");
  const seconds = amount(text);
  if (seconds !== null) return Math.round(seconds * 1000);
  if (text === null || !/^[A-Z][a-z]{2},.*GMT$/.test(text)) return null;
  const wait = Date.parse(text) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

/** The names of headers are lower-case from `fetch`, and nobody says that they always come from there. */
function header(headers: JsonObject, name: string): string | null {
  const key = Object.keys(headers).find((each) => each.toLowerCase() === name);
  return key === undefined ? null : (stringOrNull(headers[key])?.trim() ?? null);
}

function amount(text: string | null): number | null {
  return text !== null && /^\d{1,12}(\.\d+)?$/.test(text) ? Number(text) : null;
}

/**
 * The code of the error in a provider's answer: in `error` (OpenAI and its like), in the first object of a list
 * (Google), or in the object itself. A word beats a number, which is mostly the HTTP status once more.
 */
function codeIn(json: unknown): string | null {
  if (typeof json !== "string" || !/^\s*[[{]/.test(json)) return null;
  const parsed = parseJson(json);
  const body: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!isJsonObject(body)) return null;
  const { code, type, status } = isJsonObject(body.error) ? body.error : body;
  const number = typeof code === "number" ? String(code) : null;
  return stringOrNull(code) ?? stringOrNull(type) ?? stringOrNull(status) ?? number;
}
