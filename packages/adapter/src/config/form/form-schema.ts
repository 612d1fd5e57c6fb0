import type { AdapterConfigSchema, ConfigFieldSchema } from "@paperclipai/adapter-utils";
import { configSchema } from "../schema.ts";
import { type Field, FIELDS } from "./fields.ts";

/** The fields of an agent's configuration, as Paperclip's form shows them. It stores the keys flat, as they are called here. */
export function formSchema(): AdapterConfigSchema {
  return { fields: Object.entries(FIELDS).map(([key, field]) => formField(key, field)) };
}

function formField(key: string, { label, hint, inForm = key, as, secret, shownWith }: Field): ConfigFieldSchema {
  const fallback = defaultOf(key);
  const meta = {
    ...(secret && { secret }),
    ...(shownWith && { visibleWhen: { key: shownWith.key, values: shownWith.values } }),
  };
  return {
    key: inForm,
    label,
    // What a text falls back to is not stored, so that it may change with the adapter.
    hint: isText(as) && typeof fallback === "string" ? `${withoutStop(hint)}. Empty: ${fallback}.` : hint,
    ...typeOf(as),
    ...(isText(as) || fallback === undefined ? {} : { default: fallback }),
    ...(Object.keys(meta).length > 0 && { meta }),
  };
}

function typeOf(as: Field["as"]): Pick<ConfigFieldSchema, "type" | "options"> {
  if (typeof as === "string") return { type: as };
  return { type: "select", options: Object.entries(as).map(([value, label]) => ({ value, label })) };
}

function isText(as: Field["as"]): boolean {
  return as === "text" || as === "textarea";
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, "");
}

function defaultOf(key: string): unknown {
  const shape: Readonly<Record<string, { safeParse(value: undefined): { data?: unknown } }>> = configSchema.shape;
  return shape[key]?.safeParse(undefined).data;
}
