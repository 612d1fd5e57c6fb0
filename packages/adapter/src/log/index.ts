export { Cleaner } from "./clean.ts";
export { storable } from "./storable.ts";
export { secretsOfRun, secretVariables } from "./secrets-of-run.ts";
