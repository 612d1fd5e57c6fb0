export { CODES, type Retried } from "./codes.ts";
export { concludeError } from "./conclude-error.ts";
export { conclude } from "./conclude.ts";
export { explain } from "./explain.ts";
export { judge } from "./judge.ts";
export { judgeOpenCode } from "./opencode-verdict.ts";
export type { Failure } from "./verdict.ts";
