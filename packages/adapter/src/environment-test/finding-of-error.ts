import { explain } from "../conclude/index.ts";
import type { Finding } from "./finding.ts";
import { isFindingCode } from "./finding-codes.ts";

/** What an error means, in the words of a run that fails with it. */
export function findingOf(error: unknown): Finding {
  const { code, message } = explain(error);
  return { code: isFindingCode(code) ? code : "k8s_internal_error", level: "error", message };
}
