import { INSTRUMENTS } from "../src/telemetry/instruments.ts";
import { ATTRIBUTES, EVENTS, SPANS } from "../src/telemetry/names.ts";

const HEAD = `# Observability

The adapter tells each run to OpenTelemetry: one trace a run, and counters and histograms. It has the API in it, and no SDK: where the
Paperclip server's process has one (\`node --import\` of the usual auto-instrumentation, or a vendor's agent), its traces and metrics go
where the server's go. Where there is none, nothing is made: lines are not looked at for it, and no request is sent.

![The trace of a run: its phases one under the other, OpenCode's steps and tools inside the agent's](images/trace.svg)

_A real run on a cluster, with the real OpenCode and a scripted model: \`pnpm run trace\` plays it and draws the picture from the spans._

## What to know

- **The host's API must be 1.9 or newer.** Copies of the API find the SDK by a global of the process, but none that is older than themselves.
- **Parent**: the run is a child of the span that is active when Paperclip calls the adapter. Its requests are not made in its context,
  because runs share their watches: an instrumentation of HTTP shows them by themselves.
- **Times**: phases are as the adapter saw them, by the server's clock. Steps and tools are by the pod's, as OpenCode tells them; clocks
  that differ shift them against the rest.
- **Errors**: a run that failed has the status \`ERROR\` and its [errorCode](errors.md) as \`error.type\`; so has the phase that it ended in.
  A failed tool is news for the model, and marks only its own span.
- **No content**: no prompt, no answer, no command, no output, no message of an error. There is no switch for it.
- **Tokens** stand on steps and, as their sum, on the run: a query adds up one of the two.
- The names are those of the [semantic conventions](https://github.com/open-telemetry/semantic-conventions) 1.41 where these have one. Those
  of \`gen_ai\` are not stable; ours begin with \`opencode_k8s\`.

_The tables are made from \`packages/adapter/src/telemetry\`; a test writes this page, and holds it equal._

`;

/** docs/observability.md. */
export function observabilityPage(): string {
  const instruments = Object.entries(INSTRUMENTS).map(
    ([name, { kind, unit, description, attributes }]) =>
      `- **\`${name}\`**, ${kind}, \`${unit}\`: ${description}${attributes.length === 0 ? "" : ` By ${attributes.map((each) => `\`${each}\``).join(", ")}.`}\n`,
  );
  return [
    `${HEAD}## Spans\n\n${list(SPANS)}`,
    `## Events of spans\n\n${list(EVENTS)}`,
    `## Attributes of spans and events\n\n${list(ATTRIBUTES)}`,
    `## Counters and histograms\n\n${instruments.join("")}`,
  ].join("\n");
}

function list(told: Readonly<Record<string, string>>): string {
  return Object.entries(told)
    .map(([name, text]) => `- **\`${name}\`**: ${text}\n`)
    .join("");
}
