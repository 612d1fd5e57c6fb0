export { inheritEnvironment } from "./inherit-environment.ts";
