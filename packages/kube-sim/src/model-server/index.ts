export { startModelServer } from "./model-server.ts";
export type { ModelRequest, ModelServer } from "./model-server.ts";
export { providerConfig } from "./provider-config.ts";
export type { ProviderConfig } from "./provider-config.ts";
