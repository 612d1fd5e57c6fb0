import { createHash } from "node:crypto";
import { dnsLabel, refused } from "./kubernetes-names.ts";

/**
 * The namespace of a run by a template, such as `paperclip-{{company.id}}`. It has to exist; nobody creates it.
 *
 * What stands for a placeholder becomes lower-case letters, digits and dashes. Where that changes it, it gets a hash of
 * eight digits, so that no two companies share a namespace by accident.
 * @param values by placeholder: `{ "company.id": "…" }`
 * @throws {ManifestError} naming the field, for a placeholder that there is not, and for what is no namespace then.
 */
export function namespaceOf(field: string, template: string, values: Readonly<Record<string, string>>): string {
  const name = template.replaceAll(/\{\{\s*([^{}]*?)\s*\}\}/g, (_, placeholder: string) => {
    const value = Object.hasOwn(values, placeholder) ? values[placeholder] : undefined;
    if (value !== undefined) return namePart(value);
    const known = Object.keys(values).map((one) => `{{${one}}}`);
    throw refused(field, template, `of placeholders use ${known.join(", ")}`);
  });
  return dnsLabel(field, name);
}

function namePart(value: string): string {
  const plain = value
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "")
    .slice(0, 36);
  if (plain === value && plain !== "") return plain;
  const hash = createHash("sha256").update(value).digest("hex").slice(0, 8);
  return plain === "" ? hash : `${plain.slice(0, 27)}-${hash}`;
}
