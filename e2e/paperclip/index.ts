export { PAPERCLIP, type PaperclipVersion } from "./install.ts";
export { ordinaryUser } from "./ordinary-user.ts";
export { type PackedAdapter, packAdapter } from "./pack-adapter.ts";
export { textOf } from "./run-log.ts";
export { startPaperclip } from "./server.ts";
export type { Paperclip } from "./server.ts";
export { grantAdapterAccess } from "./service-account.ts";
export type * from "./types.ts";
export { account, hasEnded, waitForRun } from "./wait-for-run.ts";
