import type { V1Toleration } from "@kubernetes/client-node";
import { refused } from "../values/kubernetes-names.ts";
import { checkLabels } from "../labels.ts";
import { checkNodeSelector, checkTolerations } from "../pod/placement.ts";

/*
 * What users type into a form: lines, JSON, or plain data, which whoever reads YAML hands over: this package has no
 * dependency at run time, and lines and JSON are what forms hold. YAML that comes out as a text was lines.
 */

/**
 * A node selector, of lines `key=value` (or separated by commas), a JSON object, a list of such, or an object.
 * @throws {ManifestError} naming the field, or the label in it.
 */
export function parseNodeSelector(field: string, value: unknown): Readonly<Record<string, string>> {
  return checkNodeSelector(field, pairs(field, value));
}

/**
 * Labels, in the forms of {@link parseNodeSelector}.
 * @throws {ManifestError} naming the field, or the label in it; also for one that is reserved.
 */
export function parseLabels(field: string, value: unknown): Readonly<Record<string, string>> {
  return checkLabels(field, pairs(field, value));
}

/**
 * Tolerations, of lines in the form of `kubectl taint`: `key=value:Effect`, `key:Effect`, `key=value` or `key`, where what
 * is left out is tolerated whatever it is; of a JSON list or object; of an object; or of a list of these.
 * @throws {ManifestError} naming the field, or the toleration by its index.
 */
export function parseTolerations(field: string, value: unknown): V1Toleration[] {
  const items = listOf(field, value);
  return checkTolerations(
    field,
    items.map((item, index) => toleration(`${field}[${index}]`, item)),
  );
}

function pairs(field: string, value: unknown): Record<string, string> {
  const entries = listOf(field, value).flatMap((item): [string, string][] => {
    if (typeof item === "string") return [pair(field, item)];
    return Object.entries(objectOf(field, item)).map(([key, one]) => [
      key,
      scalar(`${field}[${JSON.stringify(key)}]`, one),
    ]);
  });
  return Object.fromEntries(entries);
}

function pair(field: string, line: string): [key: string, value: string] {
  const at = line.indexOf("=");
  if (at > 0) return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  throw refused(field, line, "write key=value, one a line, or a JSON object");
}

function toleration(field: string, item: unknown): V1Toleration {
  if (typeof item === "string") return taint(field, item);
  const { tolerationSeconds: seconds, ...rest } = objectOf(field, item);
  const texts = Object.entries(rest).map(([key, one]) => [key, scalar(`${field}.${key}`, one)] as const);
  return {
    ...Object.fromEntries(texts),
    ...(seconds === undefined ? {} : { tolerationSeconds: Number(scalar(`${field}.tolerationSeconds`, seconds)) }),
  };
}

function taint(field: string, line: string): V1Toleration {
  const [, key, value, effect] = /^([^\s=:]+)(?:=([^\s=:]*))?(?::([A-Za-z]+))?$/.exec(line) ?? [];
  if (key === undefined) throw refused(field, line, "write key=value:Effect, key:Effect or key, one a line, or JSON");
  return {
    key,
    ...(value === undefined ? { operator: "Exists" } : { operator: "Equal", value }),
    ...(effect === undefined ? {} : { effect }),
  };
}

/** The items of a value in any of the forms: texts are single lines, everything else is as it was given. */
function listOf(field: string, value: unknown): unknown[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => (typeof item === "string" ? lines(item) : [item]));
  if (typeof value !== "string") return [value];
  const text = value.trim();
  return /^[[{]/.test(text) ? listOf(field, json(field, text)) : lines(text);
}

/** Blank lines, and comments, say nothing. No key and no value has a comma in it. */
function lines(text: string): string[] {
  const all = text.split("\n").filter((line) => !line.trimStart().startsWith("#"));
  return all.flatMap((line) => line.split(",").map((part) => part.trim())).filter((part) => part !== "");
}

function json(field: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refused(field, text, `correct the JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function objectOf(field: string, value: unknown): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw refused(field, value, "give lines, JSON or an object");
}

/** What YAML and JSON make of `true` and `1` where a text is meant. */
function scalar(field: string, value: unknown): string {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  throw refused(field, value, "give a text");
}
