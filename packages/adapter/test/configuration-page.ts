import { DESCRIPTIONS } from "../src/config/agent-configuration-doc.ts";
import { configSchema } from "../src/config/schema.ts";

const HEAD = `# Configuration

Every key of an agent's configuration. Dotted keys may lie flat, as Paperclip's form stores them, or nested; the flat one wins. A text
area takes YAML, JSON, or a line each where that is said. Everything that is wrong is told at once, as \`configuration_incomplete\`, with
the key, the value and what to do; a key that the adapter does not have is a note of the run, with the one that may have been meant.

What is not configured is inherited from the pod that Paperclip runs in, where there is one: image, pull Secrets, scheduling, DNS, user, the
shared claim, environment. How that, and the larger keys, work is in the [adapter's README](../packages/adapter/README.md).

_This page is made from the configuration's schema and form (\`packages/adapter/src/config\`); a test writes it, and holds it equal._

`;

/** docs/configuration.md. */
export function configurationPage(): string {
  const rows = Object.entries(DESCRIPTIONS).map(
    ([key, text]) => `- **\`${key}\`**${defaultOf(key)}: ${text.replace(/[*_]/g, "\\$&")}\n`,
  );
  return HEAD + rows.join("");
}

function defaultOf(key: string): string {
  const shape: Readonly<Record<string, { safeParse(value: undefined): { success: boolean; data?: unknown } }>> =
    configSchema.shape;
  const parsed = shape[key]?.safeParse(undefined);
  if (parsed?.success === false) return key === "model" ? ", required" : ", inherited or required";
  const fallback = parsed?.data;
  if (fallback === undefined) return "";
  return `, else \`${typeof fallback === "string" ? fallback : JSON.stringify(fallback)}\``;
}
