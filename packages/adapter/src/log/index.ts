export { Cleaner } from "./clean.ts";
export { keepAlive } from "./keepalive.ts";
export { secretsOfRun, secretVariables } from "./secrets-of-run.ts";
