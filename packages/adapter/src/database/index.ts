export { ensureDatabaseClaim, hasDatabaseClaim } from "./agent-claim.ts";
export { databaseVolumeChecks } from "./volume-checks.ts";
