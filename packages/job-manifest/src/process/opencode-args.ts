import type { RunInput } from "../input/run-input.ts";
import { ManifestError } from "../values/manifest-error.ts";
import {
  byteLength,
  deliverable,
  execBytes,
  MAX_ARGUMENTS_BYTES,
  MAX_EXEC_STRING_BYTES,
  required,
} from "../values/text.ts";

/**
 * Arguments of the `opencode` command. Options are written `--name=value`, so that a value which begins with a dash
 * stays a value. The prompt is not among them: OpenCode quotes words of its command line, and takes stdin verbatim.
 * @throws {ManifestError} for a model that is not `provider/model`, and text that no process can be given.
 */
export function openCodeArgs(input: RunInput): string[] {
  const options: string[] = [argument("model", "--model=", model(input.model))];
  if (input.variant) options.push(argument("variant", "--variant=", input.variant));
  if (input.sessionId) options.push(argument("sessionId", "--session=", input.sessionId));
  else options.push(titleArgument(input));
  const extra = input.extraArgs.map((arg, index) => argument(`extraArgs[${index}]`, "", arg));
  return fitTogether(["run", "--format", "json", ...options, ...extra]);
}

/** The argument that makes a new session, and takes the place of `--session=` where that session is unknown. */
export function titleArgument({ title, runId }: Pick<RunInput, "title" | "runId">): string {
  return argument("title", "--title=", title ?? `run ${runId}`);
}

/** @throws {ManifestError} also for more than the kernel takes in one argument. */
function argument(field: string, option: string, value: string): string {
  const text = `${option}${deliverable(field, value)}`;
  const bytes = byteLength(text) + 1;
  if (bytes <= MAX_EXEC_STRING_BYTES) return text;
  const limit = `an argument may have less than ${MAX_EXEC_STRING_BYTES} bytes; shorten it`;
  throw new ManifestError(field, `makes an argument of ${bytes} bytes`, limit);
}

/** @throws {ManifestError} naming `extraArgs`: the others alone are never too much. */
function fitTogether(args: string[]): string[] {
  const bytes = args.reduce((sum, text) => sum + execBytes(text), 0);
  if (bytes <= MAX_ARGUMENTS_BYTES) return args;
  const remedy = `the arguments may have ${MAX_ARGUMENTS_BYTES} together; hand large texts over in files`;
  throw new ManifestError("extraArgs", `makes arguments of ${bytes} bytes`, remedy);
}

function model(text: string): string {
  required("model", text);
  if (/^[^/\s]+\/\S/.test(text)) return text;
  throw new ManifestError("model", `is ${JSON.stringify(text.slice(0, 200))}`, "write it as provider/model");
}
