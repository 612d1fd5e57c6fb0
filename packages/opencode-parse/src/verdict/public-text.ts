import { withoutEscapes } from "./escapes.ts";

/** Longest quotation in a message, in UTF-16 units. */
const MAX_WORDS = 300;

/** Only so much is looked at: a provider's error can be a whole HTML page. */
const MAX_INPUT = 4000;

const SECRETS: readonly RegExp[] = [
  // Keys that are told by their beginning: OpenAI and its like, Google, GitHub, GitLab, Slack, AWS, xAI, Groq, Hugging Face; JWT.
  /\b(?:sk|pk|rk|gsk|xai|hf|pplx|nvapi|ghp|gho|ghu|ghs|ghr|github_pat|glpat|xox[a-z])[-_][\w.*-]{3,}/gi,
  /\bAIza[\w-]{6,}/g,
  /\bA[KS]IA[A-Z0-9]{8,}/g,
  /\beyJ[\w-]+\.[\w.-]+/g,
];

const NAMED_SECRET =
  /\b((?:x-)?api[-_ ]?key|access[-_ ]?token|auth[-_ ]?token|token|secret|password|passwd|key|authorization)(["']?\s*[=:]\s*["']?)(?!\[|\s)(?:(?:bearer|basic)\s+)?[^\s"'&,;]+/gi;

/** `text` as one short line without secrets, fit for a log that others read. */
export function publicText(text: string): string {
  const line = maskSecrets(withoutEscapes(text.slice(0, MAX_INPUT)).replace(/[\s\p{Cc}]+/gu, " ")).trim();
  if (line.length <= MAX_WORDS) return line;
  return `${line.slice(0, MAX_WORDS).replace(/[\ud800-\udbff]$/, "")}…`;
}

function maskSecrets(text: string): string {
  const named = text
    .replace(/\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, "$1 ***")
    .replace(/(:\/\/)[^\s/@]+@/g, "$1***@")
    .replace(NAMED_SECRET, "$1$2***");
  return SECRETS.reduce((masked, pattern) => masked.replace(pattern, "***"), named);
}
