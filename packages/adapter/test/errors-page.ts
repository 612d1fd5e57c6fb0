import { CODES, type CodeKind, type Retried } from "../src/conclude/codes.ts";

const RETRIED: Readonly<Record<Retried, string>> = {
  passes: "by Paperclip itself, because it passes.",
  by_cause: "by Paperclip itself, where its cause passes: the result's `errorFamily` says so.",
  session: "by Paperclip 2026.916, which goes on with the session where that outlives the pod.",
  nobody: "by nobody: a person has to look.",
};

const HEAD = `# Error codes

The \`errorCode\` of a run that failed, in Paperclip's list of runs and in its API. The message beside it says more: the cluster's, OpenCode's
or the provider's own words, and what to do. \`resultJson\` has the diagnosis, the exact verdict of what OpenCode came to
([all of them](../packages/opencode-parse/docs/verdicts.md)), and the end of what it wrote to stderr. Codes are added, never renamed.

_This page is made from the table in \`packages/adapter/src/conclude/codes.ts\`; a test writes it, and holds it equal._

## Who tries again

The adapter begins a run anew only where OpenCode does not know its session, once, in the same pod. All else is Paperclip's, by what
the result says:

- **\`errorFamily: transient_upstream\`**: the cause passes by itself. **\`provider_quota\`**: the provider wants to be paid, or its allowance is used
  up. Paperclip tries again, at \`retryNotBefore\` where the provider gave a time: 2026.824 four times; 2026.916 twice, where one of the
  last two below is given as well, and else it holds the issue.
- **The breaker**: where the last of these retries fails of the same family, the result has no family any more, and the message says so. The
  cause is not one that passes, and a person has to look: Paperclip 2026.916 holds the issue, an older one takes it for any other failure.
- **\`conversationContinuation\`**: the session outlives the pod, and the next run can go on with it. Paperclip 2026.916 does so, and never holds the
  issue. It is not given where the run would only fail again, nor after the breaker.
- **\`executionRecovery\`**: OpenCode never ran (\`bootstrap\`), so Paperclip 2026.916 may begin again without harm; or a cancel was carried
  out, and the pod is gone (\`interrupted\`).

A run that failed without any of these is held by Paperclip 2026.916 until a person has said what became of it.

## The codes
`;

/** docs/errors.md. */
export function errorsPage(): string {
  const codes: [string, CodeKind][] = Object.entries(CODES);
  const sections = codes.map(
    ([code, { meaning, remedy, retried }]) =>
      `### ${code}\n\n${meaning}\n\n- What to do: ${remedy}\n- Tried again: ${RETRIED[retried]}\n`,
  );
  return [HEAD, ...sections].join("\n");
}
