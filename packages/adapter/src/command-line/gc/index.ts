export { gc, type GcOptions } from "./gc.ts";
