import type { RunInput } from "./run-input.ts";
import { ManifestError } from "./manifest-error.ts";
import { deliverable, required } from "./text.ts";

/**
 * Arguments of the `opencode` command. Options are written `--name=value`, so that a value which begins with a dash
 * stays a value. The prompt is not among them: OpenCode quotes words of its command line, and takes stdin verbatim.
 * @throws {ManifestError} for a model that is not `provider/model`, and text that no process can be given.
 */
export function openCodeArgs(input: RunInput): string[] {
  const options: string[] = [`--model=${model(input.model)}`];
  if (input.variant) options.push(`--variant=${deliverable("variant", input.variant)}`);
  if (input.sessionId) options.push(`--session=${deliverable("sessionId", input.sessionId)}`);
  else options.push(`--title=${deliverable("title", input.title ?? `run ${input.runId}`)}`);
  const extra = input.extraArgs.map((arg, index) => deliverable(`extraArgs[${index}]`, arg));
  return ["run", "--format", "json", ...options, ...extra];
}

function model(text: string): string {
  required("model", text);
  if (/^[^/\s]+\/\S/.test(text)) return text;
  throw new ManifestError("model", `is ${JSON.stringify(text.slice(0, 200))}`, "write it as provider/model");
}
