export { ensureDatabaseClaim, hasDatabaseClaim } from "./agent-claim.ts";
