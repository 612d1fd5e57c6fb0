export { outputCopies } from "./of-server.ts";
export { Ledger, type OutputLine } from "./ledger.ts";
export { type Delivered, type EndedRun, OutputCopies } from "./output-copies.ts";
