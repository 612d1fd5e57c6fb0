export { chooseSkills, findSkills, type FoundSkill, readAgentFiles, type SkillChoice } from "./agent-files/index.ts";
export { carriedFiles } from "./carried-files.ts";
export { CONFIG_VARIABLES, openCodeConfig } from "./opencode-config/index.ts";
export { needsToKnowTheClaim, planRun, type RunPlan } from "./plan-run.ts";
export { WORKING_DIRECTORY } from "./storage.ts";
