export { type AgentFiles, readAgentFiles } from "./agent-files.ts";
