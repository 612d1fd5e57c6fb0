export { Cleaner } from "./clean.ts";
export { keepAlive } from "./keepalive.ts";
export { secretsOfRun } from "./secrets-of-run.ts";
