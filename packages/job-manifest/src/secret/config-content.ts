import { fileReference } from "./file-reference.ts";
import { configTextKey } from "./secret-keys.ts";
import { byteLength } from "../values/text.ts";

/** Shorter texts stay where they are: their references would be hardly shorter. Bytes. */
const MIN_FILE_BYTES = 1024;

/** OpenCode's configuration as it is handed over: JSON in one variable, and long texts of it in files. */
export interface ConfigContent {
  json: string;
  files: { key: string; text: string }[];
}

/**
 * The configuration in at most `limit` bytes of JSON, where that is possible: the longest texts of it, such as the prompt of
 * an agent, become files to which the JSON refers. So all of it keeps the one source that wins: `OPENCODE_CONFIG`, a whole
 * configuration in a file, is overridden by `~/.opencode/opencode.json` even where `OPENCODE_DISABLE_PROJECT_CONFIG` is set
 * (measured with OpenCode 1.18.33).
 */
export function configContent(config: Record<string, unknown>, limit: number): ConfigContent {
  const json = JSON.stringify(config);
  let excess = byteLength(json) - limit;
  if (excess <= 0) return { json, files: [] };
  const moved = new Map<string, string>();
  const files: ConfigContent["files"] = [];
  for (const { text, times } of longTexts(config)) {
    if (excess <= 0) break;
    const key = configTextKey(files.length);
    const reference = fileReference(key, text);
    moved.set(text, reference);
    files.push({ key, text });
    excess -= times * (byteLength(JSON.stringify(text)) - byteLength(JSON.stringify(reference)));
  }
  return { json: stringifyWith(config, (text) => moved.get(text) ?? text), files };
}

/** The long texts of the configuration, the longest first; but for those in which OpenCode itself puts something in. */
function longTexts(config: Record<string, unknown>): { text: string; times: number }[] {
  const counts = new Map<string, number>();
  stringifyWith(config, (text) => {
    counts.set(text, (counts.get(text) ?? 0) + 1);
    return text;
  });
  return [...counts]
    .map(([text, times]) => ({ text, times }))
    .filter(({ text }) => byteLength(text) >= MIN_FILE_BYTES && !/\{(env|file):/.test(text))
    .toSorted((a, b) => byteLength(b.text) - byteLength(a.text));
}

function stringifyWith(config: Record<string, unknown>, each: (text: string) => string): string {
  return JSON.stringify(config, (_, value: unknown) => (typeof value === "string" ? each(value) : value));
}
