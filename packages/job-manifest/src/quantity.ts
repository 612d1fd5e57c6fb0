import { ManifestError } from "./manifest-error.ts";

/** Kubernetes' grammar of a quantity: a decimal number, then a binary or decimal suffix or an exponent. */
const QUANTITY = /^\+?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][-+]?\d+)?$/;

/** Is it a quantity that is not negative, such as `500m`, `2Gi` or `1.5`? */
export function isQuantity(text: string): boolean {
  return QUANTITY.test(text);
}

/**
 * Returns the text if it is a quantity that is not negative, such as `500m`, `2Gi` or `1.5`.
 * @throws {ManifestError} naming the field.
 */
export function quantity(field: string, text: string): string {
  if (isQuantity(text)) return text;
  throw new ManifestError(
    field,
    `is ${JSON.stringify(text.slice(0, 80))}`,
    "give a Kubernetes quantity such as 500m, 2 or 2Gi",
  );
}

/** As {@link quantity}, for every entry of a map of resources. */
export function quantities(field: string, map: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([name, text]) => [name, quantity(`${field}.${name}`, text)]));
}

/**
 * Returns the number if Kubernetes and `sleep` take it as seconds.
 * @throws {ManifestError} naming the field.
 */
export function seconds(field: string, value: number, minimum: number = 0): number {
  if (Number.isInteger(value) && value >= minimum && value <= 2 ** 31 - 1) return value;
  throw new ManifestError(field, `is ${value}`, `give whole seconds, at least ${minimum}`);
}
