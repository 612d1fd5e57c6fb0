export { planRun, type RunPlan } from "./plan-run.ts";
export { sessionCodec } from "./session.ts";
