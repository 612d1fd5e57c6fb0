import { refused } from "./kubernetes-names.ts";

/** Kubernetes' grammar of a quantity: a decimal number, then a binary or decimal suffix or an exponent. */
const QUANTITY = /^\+?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][-+]?\d+)?$/;

/** Far beyond any machine, and where Kubernetes' own arithmetic is still exact. */
const MAX_DIGITS = 18;
const MAX_EXPONENT = 15;

/** Is it a quantity that is not negative, such as `500m`, `2Gi` or `1.5`? */
export function isQuantity(text: string): boolean {
  const match = QUANTITY.exec(text);
  if (match === null) return false;
  const [, number = "", suffix = ""] = match;
  const exponent = /^[eE]/.test(suffix) && suffix.length > 1 ? Math.abs(Number(suffix.slice(1))) : 0;
  return number.replace(".", "").length <= MAX_DIGITS && exponent <= MAX_EXPONENT;
}

/**
 * Returns the text if it is a quantity that is not negative, such as `500m`, `2Gi` or `1.5`.
 * @throws {ManifestError} naming the field.
 */
export function quantity(field: string, text: string): string {
  if (isQuantity(text)) return text;
  throw refused(field, text, "give a Kubernetes quantity such as 500m, 2 or 2Gi");
}

/**
 * As {@link quantity}, for the size of a claim: whole bytes, and at least one.
 * @throws {ManifestError} naming the field.
 */
export function capacityOf(field: string, text: string): string {
  const size = amount(quantity(field, text));
  if (size > 0n && size % ONE === 0n) return text;
  throw refused(field, text, "give whole bytes, such as 1Gi");
}

/**
 * How much a quantity is, to be compared: in units of which one has {@link UNIT_DIGITS} digits; all that is taken is whole in them.
 * @param text for which {@link isQuantity} holds
 */
export function amount(text: string): bigint {
  const [, number = "0", suffix = ""] = QUANTITY.exec(text) ?? [];
  const [whole = "", fraction = ""] = number.split(".");
  const binary = "KMGTPE".indexOf(suffix.charAt(0)) + 1;
  const isBinary = suffix.endsWith("i");
  const exponent = isBinary
    ? 0
    : suffix.length > 1
      ? Number(suffix.slice(1))
      : ({ n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 }[suffix] ?? 0);
  const scale = UNIT_DIGITS + exponent - fraction.length;
  return BigInt(whole + fraction) * 10n ** BigInt(scale) * (isBinary ? 1024n ** BigInt(binary) : 1n);
}

/** 18 digits behind the point and the smallest exponent, −15. */
const UNIT_DIGITS = MAX_DIGITS + MAX_EXPONENT;

/** One, in the units of {@link amount}. */
export const ONE: bigint = 10n ** BigInt(UNIT_DIGITS);

/**
 * Returns the number if Kubernetes and `sleep` take it as seconds.
 * @throws {ManifestError} naming the field.
 */
export function seconds(field: string, value: number, minimum: number = 0): number {
  if (Number.isInteger(value) && value >= minimum && value <= 2 ** 31 - 1) return value;
  throw refused(field, value, `give whole seconds, at least ${minimum}`);
}
