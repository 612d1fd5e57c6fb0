export { testEnvironment } from "./test-environment.ts";
