export { readAgentFiles } from "./agent-files.ts";
export type { AgentFiles } from "./found.ts";
export { chooseSkills, findSkills, type FoundSkill, type SkillChoice } from "./skills.ts";
