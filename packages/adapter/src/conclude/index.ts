export { concludeError, explain } from "./conclude-error.ts";
export { conclude } from "./conclude.ts";
