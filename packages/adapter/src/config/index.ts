export { ConfigError, type ConfigProblem } from "./config-error.ts";
export {
  type ConfigDefaults,
  configured,
  type InheritedEnvironment,
  readRunConfig,
  type RunConfig,
} from "./read-run-config.ts";
export { SHARED_CLAIM_AT } from "./keys/storage.ts";
export { unknownKeys } from "./unknown-keys.ts";
