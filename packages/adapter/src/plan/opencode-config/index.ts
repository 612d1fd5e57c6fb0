export { CONFIG_VARIABLES, openCodeConfig, type OpenCodeOptions } from "./opencode-config.ts";
