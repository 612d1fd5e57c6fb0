import type { RunOutput } from "../input/output.ts";
import { ManifestError } from "./manifest-error.ts";

/** An eighth of the room that a run has for its events: a run that says more goes round in circles. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** @throws {ManifestError} unless it is a whole number above 0. */
export function outputLimit({ maxOutputBytes = MAX_OUTPUT_BYTES }: RunOutput): number {
  if (Number.isSafeInteger(maxOutputBytes) && maxOutputBytes > 0) return maxOutputBytes;
  throw new ManifestError("maxOutputBytes", `is ${maxOutputBytes}`, "give a whole number of bytes above 0");
}
