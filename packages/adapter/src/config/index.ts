export { ConfigError, type ConfigProblem } from "./config-error.ts";
export { readRunConfig, type RunConfig } from "./read-run-config.ts";
