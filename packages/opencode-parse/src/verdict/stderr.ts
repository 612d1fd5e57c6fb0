import { DATABASE_WORDS, passesByItself } from "./database-words.ts";
import { withoutEscapes } from "./escapes.ts";
import type { Finding } from "./finding.ts";

/** So much of the end is looked at, in UTF-16 units: OpenCode's last words are a few lines and a stack. */
const MAX_LENGTH = 64 * 1024;

/** A permission that was refused because nobody was there, as OpenCode says it. */
const AUTO_REJECTED = /^!\s+permission requested: (.*); auto-rejecting$/;

/** The line with which OpenCode logs (--print-logs) what it only calls "Unexpected server error" on stdout. */
const FAILED = /^timestamp=\S+ level=ERROR .*\bmessage=failed ref=.*?\berror="((?:[^"\\]|\\.)*)"/;

/** A line of its help; of a long one on stdout (1.0) only the end is known. */
const HELP = /^opencode run \[message\.\.\]$|^ +--format +format: default \(formatted\) or json/;

/** What OpenCode says when it gives up; nothing else on stderr may decide. */
export interface OwnWords {
  /** Texts of `Error: …`, of stacks of named errors, of system errors and of `message=failed` in its log. */
  readonly failures: readonly string[];
  /** The permissions that were rejected, e.g. `bash (ls)`. */
  readonly rejected: readonly string[];
  /** It printed its help instead of working. */
  readonly help: boolean;
  /** The last line that is not blank, whoever wrote it: it decides nothing, but may be all that is known. "" without one. */
  readonly last: string;
}

export function ownWords(stderr: string): OwnWords {
  const lines = withoutEscapes(stderr.slice(-MAX_LENGTH))
    .split("\n")
    .map((line) => line.trimEnd());
  const rejected: string[] = [];
  const failures: string[] = [];
  for (const [index, line] of lines.entries()) {
    const permission = AUTO_REJECTED.exec(line)?.[1];
    if (permission !== undefined) rejected.push(permission);
    const failure = failureAt(lines, index);
    if (failure !== null) failures.push(failure);
  }
  const help = lines.some((line) => HELP.test(line));
  return { failures, rejected, help, last: lines.findLast((line) => line !== "")?.trim() ?? "" };
}

function failureAt(lines: readonly string[], index: number): string | null {
  const line = lines[index] ?? "";
  if (line.startsWith("Error: ")) {
    const words = line.slice("Error: ".length);
    // The cause stands below. (Of a file that is no JSON it is the whole file, keys included.)
    return /^(?:Unexpected error(?:$|, check log file )|Configuration is invalid)/.test(words)
      ? words + below(lines, index, 8)
      : words;
  }
  const logged = FAILED.exec(line)?.[1];
  if (logged !== undefined) return logged.replaceAll('\\"', '"');
  // A stack of an error of OpenCode: its name twice, then its data.
  if (/^(\w+Error): \1$/.test(line)) return line.replace(/:.*/, "") + below(lines, index, 6);
  // An error that nobody caught, with its stack.
  if (line.startsWith("error: ") && /^\s+at /.test(lines[index + 1] ?? "")) return line.slice("error: ".length);
  // A system error as Bun prints it.
  if (/^(?:E[A-Z]{3,}: |error: Unable to connect)/.test(line)) return line + below(lines, index, 2);
  return null;
}

function below(lines: readonly string[], index: number, count: number): string {
  const rest = lines.slice(index + 1, index + 1 + count).map((line) => line.trim());
  const text = rest.filter((line) => line !== "" && !line.startsWith("at ")).join(" ");
  return text === "" ? "" : `: ${text}`;
}

/** Failures before the first event: they keep a run from starting. */
const START_FAILURES: readonly (readonly [RegExp, Finding["code"]])[] = [
  [/^Session not found\b/, "session_unavailable"],
  [/^(?:Session)?NotFoundError: .*(?:Session not found|\/session\/)/, "session_unavailable"],
  [/^Config file at .* is not valid JSON/, "config_invalid"],
  [/^Configuration is invalid/, "config_invalid"],
  [/^Directory ".*" in .* is not valid\. Rename/, "config_invalid"],
  [/^Failed to load remote config/, "config_invalid"],
  [/^Config\w*Error\b/, "config_invalid"],
  // 1.1: the text of its configuration is the first JSON that it reads.
  [/^Unexpected error, check log file .*: JSON Parse error/, "config_invalid"],
  [/^You must provide a message/, "invocation_invalid"],
  [/^File not found: /, "invocation_invalid"],
  [/^--\w[\w-]* (?:requires|cannot|must)/, "invocation_invalid"],
  [/^Failed to change directory/, "environment_invalid"],
  // HOME and TMPDIR that cannot be made.
  [/^E(?:NOENT|NOTDIR|PERM|DQUOT|MFILE|NFILE|IO): /, "environment_invalid"],
];

/** Failures that can come at any time. */
const FAILURES: readonly (readonly [RegExp, Finding["code"]])[] = [
  [/^(?:ProviderModelNotFoundError|ModelNotFoundError)\b|^Model not found: /, "model_not_found"],
  [
    /^(?:Error: )?(?:default agent|Agent not found|Command (?:"[^"]*" )?not found)|^ProviderInitError|^Failed to initialize provider/,
    "config_invalid",
  ],
  [/^(?:AI_LoadAPIKeyError|ProviderAuthError)\b/, "auth"],
  // Who read its stdout went away.
  [/^EPIPE\b/, "stream_truncated"],
  [/EACCES|EROFS|ENOSPC|PermissionDenied: FileSystem|ripgrep/, "environment_invalid"],
  [DATABASE_WORDS, "database"],
];

/** What the first of OpenCode's own failures means; null where there is none that is known. */
export function judgeStderr({ failures, help }: OwnWords, started: boolean): Finding | null {
  const rules = started ? FAILURES : [...START_FAILURES, ...FAILURES];
  for (const words of failures) {
    const code = rules.find(([pattern]) => pattern.test(words))?.[1];
    if (code !== undefined) return { code, words, ...(code === "database" && { retry: passesByItself(words) }) };
  }
  return help && !started
    ? { code: "invocation_invalid", words: "OpenCode printed its help: an argument is unknown." }
    : null;
}
