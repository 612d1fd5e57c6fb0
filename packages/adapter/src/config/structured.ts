import { ManifestError } from "@opencode-k8s/job-manifest";
import { CORE_SCHEMA, load, YAMLException } from "js-yaml";
import { z } from "zod";

/**
 * What a text of YAML or JSON says; anything else is as it was given. By aliases a few lines could be without end.
 * @throws {YAMLException} for a text that is neither, or has an alias
 */
function plainData(value: unknown): unknown {
  return typeof value === "string" ? load(value, { schema: CORE_SCHEMA, maxAliases: 0 }) : value;
}

/**
 * A text of YAML or JSON, or what it would say, in this shape.
 * @param secret whether no word of the text may be repeated
 */
export function structured<T>(shape: z.ZodType<T>, secret = false): z.ZodType<T> {
  return z.unknown().transform((value, context) => {
    try {
      const { data, error } = shape.safeParse(plainData(value));
      if (!error) return data;
      for (const issue of error.issues)
        context.addIssue({ code: "custom", message: secret ? issue.message : within(issue.path, issue.message) });
    } catch (error) {
      if (!(error instanceof YAMLException)) throw error;
      context.addIssue({
        code: "custom",
        message: `give YAML or JSON, without aliases${secret ? "" : `: ${error.reason}`}`,
      });
    }
    return z.NEVER;
  });
}

/**
 * Lines, YAML or JSON, or what they would say, as `parse` reads them. YAML that comes out as a text was lines, and a list of
 * texts is one of lines; so is what is no YAML, for `parse` says what is wrong with lines.
 * @param parse throws ManifestError
 */
export function lines<T>(key: string, parse: (field: string, value: unknown) => T): z.ZodType<T> {
  return z.unknown().transform((value, context) => {
    try {
      return parse(key, linesOrData(value));
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      const where = error.field === key ? "" : `${error.field} ${error.value}: `;
      context.addIssue({ code: "custom", message: `${where}${error.remedy}` });
      return z.NEVER;
    }
  });
}

function linesOrData(value: unknown): unknown {
  try {
    const data = plainData(value);
    return typeof data === "object" ? data : value;
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    return value;
  }
}

function within(path: readonly PropertyKey[], message: string): string {
  return path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`;
}
