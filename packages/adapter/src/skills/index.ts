export { listSkills, syncSkills } from "./snapshot.ts";
