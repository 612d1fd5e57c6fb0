import type { Draft } from "../store/store.ts";
import { NAMESPACES, type ResourceType } from "./resources.ts";
import type { FieldError } from "./status.ts";

const SUBDOMAIN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*";
const LABEL_VALUE = "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?";
const LABEL_NAME = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";

const SUBDOMAIN_RULE = `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${SUBDOMAIN}')`;
const LABEL_VALUE_RULE = `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${LABEL_VALUE}')`;
const LABEL_NAME_RULE = `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${LABEL_NAME}')`;

/** Longest name of an object, and longest value of a label, in bytes. */
const MAX_NAME = 253;
const MAX_LABEL = 63;

/** What is wrong with an object's name, labels and annotations. */
export function metadataErrors(resource: ResourceType, { metadata = {} }: Draft): FieldError[] {
  const annotations = Object.keys(metadata.annotations ?? {});
  return [
    ...nameErrors(resource, metadata.name, metadata.generateName),
    ...labelErrors(metadata.labels, "metadata.labels"),
    ...annotations.flatMap((key) => keyErrors(key, "metadata.annotations")),
  ];
}

/** `field` is named once for each label that is wrong, as the server does. */
export function labelErrors(labels: Record<string, string> | undefined, field: string): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => {
    const errors = keyErrors(key, field);
    if (value.length > MAX_LABEL) errors.push(badValue(field, value, `must be no more than ${MAX_LABEL} bytes`));
    else if (!matches(LABEL_VALUE, value)) errors.push(badValue(field, value, LABEL_VALUE_RULE));
    return errors;
  });
}

export function badValue(field: string, value: string, rule: string): FieldError {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${JSON.stringify(value)}: ${rule}`, field };
}

export function matches(pattern: string, text: string): boolean {
  return new RegExp(`^(?:${pattern})$`).test(text);
}

function nameErrors(resource: ResourceType, name: string | undefined, generateName: string | undefined): FieldError[] {
  if (!name && !generateName) {
    const message = "Required value: name or generateName is required";
    return [{ reason: "FieldValueRequired", message, field: "metadata.name" }];
  }
  const field = name ? "metadata.name" : "metadata.generateName";
  const given = name || generateName || "";
  // What is generated ends with five good characters.
  const whole = name || `${given}x`;
  if (resource === NAMESPACES && whole.includes(".")) return [badValue(field, given, "must not contain dots")];
  return matches(SUBDOMAIN, whole) && whole.length <= MAX_NAME ? [] : [badValue(field, given, SUBDOMAIN_RULE)];
}

/** A key is a name, or a prefix, a slash and a name. */
function keyErrors(key: string, field: string): FieldError[] {
  const name = key.slice(key.indexOf("/") + 1);
  return matches(LABEL_NAME, name) && name.length <= MAX_LABEL ? [] : [badValue(field, key, LABEL_NAME_RULE)];
}
