import { errorWords } from "../error-words.ts";
import type { RunError } from "../reader/run-report.ts";
import type { VerdictCode } from "./codes.ts";
import { DATABASE_WORDS } from "./database-words.ts";

/** What 1.15 and later print for a wrong model, agent, command or key; the cause is only in the log. */
export const SERVER_ERROR = /^Unexpected server error\b/;

/** Names that say it all. `killed`: aborted on request, by whoever asked for it. */
const NAMES: ReadonlyMap<string, VerdictCode> = new Map<string, VerdictCode>([
  ["ContextOverflowError", "context_overflow"],
  ["ContentFilterError", "content_filter"],
  ["MessageOutputLengthError", "output_limit"],
  ["MessageAbortedError", "killed"],
  ["ProviderAuthError", "auth"],
  ["ProviderModelNotFoundError", "model_not_found"],
  ["ModelNotFoundError", "model_not_found"],
  ["ProviderInitError", "config_invalid"],
  ["ConfigJsonError", "config_invalid"],
  ["ConfigInvalidError", "config_invalid"],
  ["SessionNotFoundError", "session_unavailable"],
]);

/** Words of OpenCode itself; an `UnknownError` has no other sign. */
const OWN_WORDS: readonly (readonly [RegExp, VerdictCode])[] = [
  [/^Session not found\b|^Resource not found: .*\/session\//, "session_unavailable"],
  [/^(?:ProviderModelNotFoundError: )?Model not found: /, "model_not_found"],
  [
    /^Failed to initialize provider|^ProviderInitError|^Agent not found|^Command not found|^default agent/,
    "config_invalid",
  ],
  // Only the question of the doom loop becomes an error of the session; other permissions fail their tool.
  [/^The user rejected permission|^The user has specified a rule which prevents/, "looping"],
  [/ cannot be parsed as a URL\.?$/, "config_invalid"],
  [DATABASE_WORDS, "database"],
  [/\bEACCES\b|\bEROFS\b|\bENOSPC\b|^PermissionDenied: /, "environment_invalid"],
];

const TOO_LONG =
  /context[_ -]length|context window|context size|exceeds? context limit|prompt is too long|(?:input|prompt|request) (?:is )?too (?:long|large)|input token count|maximum (?:prompt|context|number of (?:input )?tokens)|reduce the length of|token limit exceeded|exceeded model token limit|prompt token count|request_too_large/i;
const UNPAID =
  /insufficient[_ ](?:quota|credits?|balance|funds)|exceeded your current quota|quota (?:exceeded|exhausted)|credit balance|out of credits|\bbilling|payment[_ ]required|usage[_ ]limit|UsageLimitError|CreditsError|spend(?:ing)? limit|budget[_ ](?:has been )?exceeded|\bkey limit exceeded|余额不足/i;
const UNAUTHENTICATED =
  /api[_ -]?key (?:is |was )?(?:not valid|invalid|missing|expired|not found|required)|(?:invalid|incorrect|missing|no|wrong)[_ ](?:x-)?api[_ -]?key|API_KEY_INVALID|authentication[_ ](?:error|failed)|invalid_authentication|unauthori[sz]ed|AI_LoadAPIKeyError|permission_error|PERMISSION_DENIED/i;
const FILTERED =
  /content[_ ](?:filter|policy)|content management policy|usage polic(?:y|ies)|inappropriate content|data_inspection_failed|ResponsibleAI|safety system/i;
/** Not the word in a path, such as `/v1beta/models/x`. */
const SPEAKS_OF_MODEL =
  /(?<![/\w])models?\b|model_not_found|ModelError|DeploymentNotFound|(?<!\/)deployment\b|No endpoints found/i;
const UNKNOWN_MODEL =
  /model_not_found|ModelError|(?:invalid|unknown|unsupported) model|not a valid model|model identifier is invalid|(?<!\/)\bmodel\b(?! (?:in|out)put).{0,80}(?:does not exist|not found|not exist|not supported|is not available)|does not have access to model/i;
const TOO_OFTEN = /rate[_ -]?limit|too many requests|throttl|RESOURCE_EXHAUSTED|rate increased too quickly/i;
const UNREACHABLE =
  /JSON parsing failed|invalid JSON|type validation failed|no output generated|timed? ?-?out|cannot connect|unable to connect|fetch failed|\bE(?:CONN|HOST|NET|PIPE|AI_)|ENOTFOUND|ETIMEDOUT|socket|network|connection|certificate|overloaded|server[_ ]error|internal[_ ]error|api_error|unavailable|terminated|at capacity|try again|stream/i;

/** What an `error` event means. */
export function judgeError(error: RunError): VerdictCode {
  const named = NAMES.get(error.name);
  if (named !== undefined) return named;
  const words = errorWords(error);
  const own = OWN_WORDS.find(([pattern]) => pattern.test(words))?.[1];
  if (own !== undefined) return own;
  if (SERVER_ERROR.test(words)) return "config_invalid";
  return judgeProvider(error, [words, error.providerCode, error.code].filter((text) => text !== null).join("\n"));
}

function judgeProvider({ name, statusCode: status, retryable, providerCode }: RunError, text: string): VerdictCode {
  if (status === 429) return UNPAID.test(text) && !isLimitOfRate(providerCode, text) ? "quota" : "rate_limit";
  if (status === 413 || TOO_LONG.test(text)) return "context_overflow";
  if (status !== null && status >= 500) return "provider_unavailable";
  if (status === 402 || UNPAID.test(text)) return "quota";
  if (UNKNOWN_MODEL.test(text) || (status === 404 && SPEAKS_OF_MODEL.test(text))) return "model_not_found";
  if (status === 401 || status === 403 || UNAUTHENTICATED.test(text)) return "auth";
  if (status === 404) return "config_invalid";
  if (FILTERED.test(text)) return "content_filter";
  if (status !== null && status >= 400 && retryable !== true) return "request_rejected";
  if (TOO_OFTEN.test(text)) return "rate_limit";
  if (status !== null || name === "APIError" || UNREACHABLE.test(text)) return "provider_unavailable";
  return /invalid_request/.test(text) ? "request_rejected" : "internal";
}

/**
 * Some name a limit of the rate as such, and only offer a dearer plan beside. Google calls its limit of requests a minute
 * a quota, too, and then says how long to wait.
 */
function isLimitOfRate(providerCode: string | null, text: string): boolean {
  if (/^rate_limit/i.test(providerCode ?? "")) return true;
  return /RESOURCE_EXHAUSTED|retry in [\d.]+ ?m?s/i.test(text) && !/per[_ ]?day/i.test(text);
}
