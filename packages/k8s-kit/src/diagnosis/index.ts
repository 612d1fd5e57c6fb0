export { dedupeKey } from "./dedupe-key.ts";
export { diagnose } from "./diagnose.ts";
export type { Diagnosis, Evidence, FailureCategory } from "./diagnosis.ts";
export { hasStarted } from "./started.ts";
