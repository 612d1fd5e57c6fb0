import { type Field, FIELDS } from "./form/fields.ts";
import { PLATFORM_FIELDS } from "./form/platform-keys.ts";

/** What each key is, in whole sentences, by its name: Paperclip's own fields first, then those of the form. */
export const DESCRIPTIONS: Readonly<Record<string, string>> = {
  ...PLATFORM_FIELDS,
  ...Object.fromEntries(Object.entries(FIELDS).map(([key, field]) => [key, described(field)])),
};

function described({ label, hint, more, inForm, as }: Field): string {
  const values = typeof as === "string" ? [] : Object.keys(as).filter((value) => value !== "");
  const choice = values.length === 0 ? undefined : `One of ${values.join(", ")}.`;
  return [`${label}: ${hint.replace(/\.$/, "")}.`, more, choice, inForm && `The form stores it as ${inForm}.`]
    .filter((part) => part !== undefined)
    .join(" ");
}

/** How an agent is configured, for agents that configure others: Paperclip serves it as a text. */
export const AGENT_CONFIGURATION_DOC: string = `# Configuration of an agent whose runs are Kubernetes Jobs

Every heartbeat is one Job that runs OpenCode. Needed are \`model\`, and, where Paperclip itself runs in no pod, \`namespace\` and \`image\`. Dotted keys
may lie flat or nested. Lists, objects and lines may be given as text: YAML, JSON, or a line each. A configuration that cannot be used
ends a run as \`configuration_incomplete\`, with every problem and its remedy.

${Object.entries(DESCRIPTIONS)
  .map(([key, text]) => `- ${key}: ${text}`)
  .join("\n")}
`;
