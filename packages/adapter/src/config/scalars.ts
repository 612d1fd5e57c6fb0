import { isQuantity } from "@opencode-k8s/job-manifest";
import { z } from "zod";

/** A text, without the blanks around it. */
export const text = (want: string): z.ZodString => z.string(want).trim();

/** A Kubernetes quantity; YAML and forms make numbers of some. */
export const quantity = (example: string): z.ZodType<string> =>
  z.preprocess(
    (value) => (typeof value === "number" ? String(value) : value),
    text(`a Kubernetes quantity such as ${example}`).refine(
      isQuantity,
      `give a Kubernetes quantity such as ${example}`,
    ),
  );

/** Forms and text areas hand numbers over as text. */
const asNumber = (kind: z.ZodNumber): z.ZodType<number> =>
  z.preprocess((value) => (typeof value === "string" && value.trim() !== "" ? Number(value) : value), kind);

export const positive = (want: string): z.ZodType<number> => asNumber(z.number(want).positive(want));

export const whole = (want: string, least: number, most: number): z.ZodType<number> =>
  asNumber(z.number(want).int(want).min(least, want).max(most, want));

/** Seconds in 24 days: a timer of Node overflows at 2^31 milliseconds, which is a little more. */
const MAX_SECONDS = 24 * 24 * 3600;

export const seconds = (want: string, least: number): z.ZodType<number> => whole(want, least, MAX_SECONDS);

export const yesOrNo: z.ZodType<boolean> = z.preprocess(
  (value) => (value === "true" ? true : value === "false" ? false : value),
  z.boolean("give true or false"),
);

/** The words of a text, or of a list. */
export const words = (want: string, between = /[\s,]+/): z.ZodType<string[]> =>
  z.preprocess(
    (value) => (typeof value === "string" ? value.split(between).filter((word) => word !== "") : value),
    z.array(text(want).min(1, want), want),
  );
