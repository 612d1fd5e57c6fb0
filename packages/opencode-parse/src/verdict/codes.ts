/** What a run came to. The list is part of the interface: codes are added, never renamed. */
export type VerdictCode =
  | "ok"
  | "session_unavailable"
  | "step_limit"
  | "context_overflow"
  | "output_limit"
  | "auth"
  | "quota"
  | "rate_limit"
  | "model_not_found"
  | "provider_unavailable"
  | "request_rejected"
  | "stream_truncated"
  | "permission_rejected"
  | "content_filter"
  | "empty_answer"
  | "config_invalid"
  | "invocation_invalid"
  | "environment_invalid"
  | "database"
  | "looping"
  | "killed"
  | "internal";

/** What is true of every run that came to the same. */
export interface VerdictKind {
  /** What happened, as a sentence. */
  readonly meaning: string;
  /** Whether the same run can succeed when it is started again. For `database` it depends on the words. */
  readonly retry: boolean;
  /** Whether the next run needs a new session. */
  readonly sessionLost: boolean;
  /** What to do; "" for a success. */
  readonly remedy: string;
}

/** Every code with its meaning; `docs/verdicts.md` shows the same. */
export const VERDICTS: Readonly<Record<VerdictCode, VerdictKind>> = {
  ok: kind("The model answered.", ""),
  session_unavailable: kind(
    "The session cannot be opened.",
    "Start again without --session; check that the data directory, the password and the server (--attach) are those of the first run.",
    { retry: true, sessionLost: true },
  ),
  step_limit: kind(
    "The agent's step limit ended the work before it was done.",
    "Raise `steps` of the agent or cut the task; begin with a new session.",
    { sessionLost: true },
  ),
  context_overflow: kind(
    "The conversation is longer than the model's context, and compaction did not help.",
    "Begin with a new session and a shorter prompt, set the model's `limit.context`, or take a model with a larger context.",
    { sessionLost: true },
  ),
  output_limit: kind(
    "The answer was cut at the model's output limit.",
    "Raise `limit.output` of the model, or ask for less at a time.",
  ),
  auth: kind("The provider refused the key.", "Check the provider's API key and what it may be used for."),
  quota: kind("The provider wants to be paid.", "Check plan, balance and spending limit of the provider's account."),
  rate_limit: kind("The provider limits the rate of requests.", "Wait, then start again; run less at once.", {
    retry: true,
  }),
  model_not_found: kind(
    "The provider does not know the model.",
    "Check `provider/model`, the models of the configuration and what the key may use; `opencode models` lists them.",
  ),
  provider_unavailable: kind(
    "The provider could not be reached or did not answer properly.",
    "Start again later; if it stays, check the provider's status, `baseURL` and the way there (DNS, proxy, network policy).",
    { retry: true },
  ),
  request_rejected: kind(
    "The provider rejected the request.",
    "Read the provider's words; check the model's `options` and whether it takes tools and attachments.",
  ),
  stream_truncated: kind(
    "The output ends in the middle of the work.",
    "Start again; send stdout to a file and follow that, because OpenCode does not wait for a slow reader of a pipe.",
    { retry: true },
  ),
  permission_rejected: kind(
    "A permission was asked for that nobody could give.",
    "Set that permission to `allow` or `deny`: `ask` ends an unattended run.",
  ),
  content_filter: kind(
    "The provider's content filter stopped the answer.",
    "Change the prompt, or take another model.",
  ),
  empty_answer: kind(
    "The run ended well, but the model said nothing.",
    "Start again; if it stays, look at stderr with --print-logs.",
    { retry: true },
  ),
  config_invalid: kind(
    "OpenCode cannot work with its configuration.",
    "Correct what the message names; where it names nothing, run with --print-logs and check model, agent, command and the provider's key and `baseURL`.",
  ),
  invocation_invalid: kind("OpenCode was called wrongly.", "Correct the arguments or the prompt on stdin."),
  environment_invalid: kind(
    "The machine lacks what OpenCode needs.",
    "Give it a working directory that exists, writable HOME and TMPDIR, and ripgrep (`rg`) in PATH.",
  ),
  database: kind(
    "OpenCode's database failed.",
    "Run `opencode db path` once before parallel runs, and give each run a database of its own (OPENCODE_DB); a damaged file must be restored or removed.",
  ),
  looping: kind(
    "The run went in circles.",
    "Check that the provider streams a finish_reason, and what the repeated tool call answers; bound runs with `steps` and a time limit.",
  ),
  killed: kind(
    "The run was ended from outside.",
    "Start again; check the time limit and, after SIGKILL (137), the memory limit.",
    { retry: true },
  ),
  internal: kind("OpenCode failed, and no known cause was found.", "Run with --print-logs and look at stderr."),
};

function kind(
  meaning: string,
  remedy: string,
  { retry = false, sessionLost = false }: { retry?: boolean; sessionLost?: boolean } = {},
): VerdictKind {
  return { meaning, remedy, retry, sessionLost };
}
