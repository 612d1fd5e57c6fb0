export { runEnvironment } from "./run-environment.ts";
