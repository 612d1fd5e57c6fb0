export { concludeError } from "./conclude-error.ts";
export { conclude } from "./conclude.ts";
export { explain } from "./explain.ts";
