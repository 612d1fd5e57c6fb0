export { readAgentFiles } from "./agent-files.ts";
export type { AgentFiles } from "./found.ts";
