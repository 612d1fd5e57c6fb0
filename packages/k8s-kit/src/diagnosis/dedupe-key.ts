import type { Diagnosis } from "./diagnosis.ts";

/** The Job controller thinks of a new name for each try, which the refusal repeats. */
const REFUSED_POD = /pods "[^"]*"/g;

/**
 * Two diagnoses with the same key tell the same story, although the scheduler counts other nodes, or a container was started
 * once more: for whoever narrates changes, and would repeat himself.
 */
export function dedupeKey({ category, final, summary, detail }: Diagnosis): string {
  return [category, String(final), summary, detail]
    .join("\n")
    .replaceAll(REFUSED_POD, "pods #")
    .replaceAll(/\d+/g, "#");
}
