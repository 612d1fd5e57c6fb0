export { type AgentClaim, claimAgent, type Claimant, leaveClaim } from "./claim-agent.ts";
export { claimantOf, waitMs } from "./claimant.ts";
export { AgentBusyError, GuardError } from "./exclusion-error.ts";
export { hasEnded } from "./other-runs.ts";
export { markJob } from "./mark-job.ts";
export { ADOPTED_BY, COLLECTED } from "./orphan.ts";
export { seeRuns } from "./see-runs.ts";
export { WAKE, wakeOf } from "./wake.ts";
