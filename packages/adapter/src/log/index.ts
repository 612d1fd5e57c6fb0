export { Cleaner } from "./clean.ts";
export { secretsOfRun, secretVariables } from "./secrets-of-run.ts";
