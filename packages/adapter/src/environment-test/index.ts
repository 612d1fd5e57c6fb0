export type { Finding, MissingRule } from "./finding.ts";
export { environmentFindings, testEnvironment, type TestOptions } from "./test-environment.ts";
